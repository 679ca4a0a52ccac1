"""Logical types: by name for every engine, and of every type of two real servers."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from catalog.assets.models import Column, LogicalType
from catalog.harvest.models import Run
from catalog.harvest.types import DIALECTS, dialect_of, logical_types
from catalog.harvest.types.dialect import by_word
from catalog.harvest.types.table import tables
from catalog.sources.models import Source
from tests.catalog.harvest.conftest import Warehouse
from tests.catalog.harvest.types_by_name import BY_NAME
from tests.engines.mariadb import shared

Harvest = Callable[[Source], Run]
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "logical-types.md"


def test_the_table_in_the_documentation_agrees_with_the_code() -> None:
    assert tables() in DOCUMENT.read_text()


def test_every_word_in_the_tables_is_read_as_the_table_says() -> None:
    for engine, dialect in DIALECTS.items():
        for logical, words in dialect.words.items():
            for word in words.split(", "):
                assert logical_types(engine, [word.upper()]) == {word.upper(): logical}, (engine, word)


def test_a_word_stands_in_a_dialect_once() -> None:
    with pytest.raises(ValueError, match="date is both date and text"):
        by_word({LogicalType.DATE: "date", LogicalType.TEXT: "text, date"})


@pytest.mark.parametrize("engine", [*DIALECTS, "an engine of another package"])
def test_our_own_words_stand_for_themselves(engine: str) -> None:
    own = [logical.value for logical in LogicalType if logical.value not in dialect_of(engine).by_word]
    assert logical_types(engine, own) == {word: word for word in own}


@pytest.mark.parametrize("engine", BY_NAME)
def test_types_by_name(engine: str) -> None:
    assert logical_types(engine, list(BY_NAME[engine])) == BY_NAME[engine]


# Every type of PostgreSQL that a column may have, by its name in pg_type; arrays, enums, ranges and composites are
# told by their category.
BASE_TYPES = {
    "boolean": "bool",
    "integer": "int2 int4 int8 oid xid xid8 cid",
    "decimal": "numeric money",
    "float": "float4 float8",
    "text": "text bpchar varchar char name refcursor jsonpath regclass regcollation regconfig regdictionary "
    "regnamespace regoper regoperator regproc regprocedure regrole regtype",
    "binary": "bytea",
    "date": "date",
    "time": "time timetz",
    "timestamp": "timestamp",
    "timestamp_tz": "timestamptz",
    "interval": "interval",
    "uuid": "uuid",
    "json": "json jsonb",
    "xml": "xml",
    "array": "int2vector oidvector",
    "spatial": "point line lseg box path polygon circle",
    "network": "inet cidr macaddr macaddr8",
    "bits": "bit varbit",
    "search": "tsvector tsquery gtsvector",
    "unknown": "aclitem pg_lsn pg_node_tree pg_snapshot txid_snapshot tid pg_ndistinct pg_dependencies pg_mcv_list "
    "pg_brin_bloom_summary pg_brin_minmax_multi_summary",
}
# The domains of information_schema and ours.
DOMAINS = {
    "cardinal_number": "integer",
    "character_data": "text",
    "sql_identifier": "text",
    "time_stamp": "timestamp_tz",
    "yes_or_no": "text",
    "whole": "integer",
    "whole_again": "integer",
    "moods": "enum",
    "tags": "array",
    "spot": "struct",
    "stay": "range",
    "exact": "decimal",
}
_USABLE = """
    SELECT kind.oid, space.nspname, kind.typname, kind.typtype, kind.typelem <> 0 AND kind.typlen = -1
        AND kind.typcategory = 'A' AND kind.typname NOT IN ('int2vector', 'oidvector')
    FROM pg_type AS kind JOIN pg_namespace AS space ON space.oid = kind.typnamespace
    WHERE NOT EXISTS (
            SELECT FROM pg_attribute AS part JOIN pg_type AS inner_kind ON inner_kind.oid = part.atttypid
            WHERE part.attrelid IN (kind.typrelid, (SELECT typrelid FROM pg_type WHERE oid = kind.typelem))
                AND part.attrelid <> 0 AND part.attnum > 0 AND inner_kind.typtype = 'p')
        AND (SELECT typtype FROM pg_type WHERE oid = kind.typelem) IS DISTINCT FROM 'p'
        AND kind.typname NOT IN ('pg_statistic_ext_data', '_pg_statistic_ext_data')  -- these hold such a one
        AND kind.typtype IN ('b', 'r', 'm', 'e', 'd', 'c') AND kind.typisdefined
    ORDER BY kind.oid
"""


def _wanted(name: str, sort: str, is_array: bool) -> str:
    by_name = {each: logical for logical, names in BASE_TYPES.items() for each in names.split()}
    if is_array:
        return "array"
    return {"r": "range", "m": "range", "e": "enum", "c": "struct"}.get(sort) or (DOMAINS if sort == "d" else by_name)[
        name
    ]


@pytest.mark.django_db(transaction=True)
def test_every_type_of_postgresql(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(
        "CREATE TYPE public.mood AS ENUM ('glad', 'sad')",
        "CREATE TYPE public.place AS (x int, y int)",
        "CREATE TYPE public.floats AS RANGE (subtype = float8)",
        "CREATE DOMAIN public.whole AS integer CHECK (VALUE > 0)",
        "CREATE DOMAIN public.whole_again AS public.whole",
        "CREATE DOMAIN public.moods AS public.mood",
        "CREATE DOMAIN public.tags AS text[]",
        "CREATE DOMAIN public.spot AS public.place",
        "CREATE DOMAIN public.stay AS daterange",
        "CREATE DOMAIN public.exact AS numeric(12, 2)",
    )
    wanted: dict[str, str] = {}
    with psycopg.connect(warehouse.url, autocommit=True) as server:
        types = server.execute(_USABLE).fetchall()
        for number in range(0, len(types), 500):
            columns = {f"c{oid}": (space, name) for oid, space, name, _, _ in types[number : number + 500]}
            listed = sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(column), sql.Identifier(*name))
                for column, name in columns.items()
            )
            server.execute(sql.SQL("CREATE TABLE public.{} ({})").format(sql.Identifier(f"types_{number}"), listed))
        wanted = {f"c{oid}": _wanted(name, sort, is_array) for oid, _, name, sort, is_array in types}
    assert len(types) > 500
    harvest_now(warehouse.source())
    assert dict(Column.objects.values_list("name", "logical_type")) == wanted


MARIADB = {
    "boolean": ["bool", "boolean", "tinyint(1)", "bit", "bit(1)"],
    "integer": [
        *("tinyint", "tinyint(2)", "tinyint unsigned", "tinyint(1) unsigned", "tinyint(3) zerofill", "smallint"),
        *("smallint unsigned", "mediumint", "mediumint unsigned zerofill", "int", "integer", "int unsigned zerofill"),
        *("int(5)", "bigint", "bigint unsigned", "serial", "year", "year(4)", "int1", "int2", "int3", "int4", "int8"),
    ],
    "decimal": ["decimal", "decimal(10,2)", "numeric(8,3)", "dec(5)", "fixed(6,1)", "decimal(10,2) unsigned zerofill"],
    "float": ["float", "float(7,2)", "float unsigned", "double", "double precision", "real", "double(8,3) zerofill"],
    "bits": ["bit(2)", "bit(64)"],
    "text": [
        *(
            "char",
            "char(20)",
            "nchar(3)",
            "varchar(20)",
            "nvarchar(20)",
            "varchar(20) character set latin1",
            "tinytext",
        ),
        *("text", "text(70000)", "mediumtext", "longtext", "long varchar"),
    ],
    "binary": [
        *("binary", "binary(16)", "char byte", "varbinary(20)", "tinyblob", "blob", "blob(70000)", "mediumblob"),
        *("longblob", "long varbinary"),
    ],
    "enum": ["enum('a','b,c','it''s')"],
    "set": ["set('x','y')"],
    "json": ["json"],
    "uuid": ["uuid"],
    "network": ["inet4", "inet6"],
    "date": ["date"],
    "time": ["time", "time(6)"],
    "timestamp": ["datetime", "datetime(3)"],
    "timestamp_tz": ["timestamp", "timestamp(6)"],
    "spatial": [
        *("geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"),
        "geometrycollection",
    ],
}


@pytest.mark.engine
@pytest.mark.django_db(transaction=True)
def test_every_type_of_mariadb(harvest_now: Harvest) -> None:
    types = [(logical, written) for logical, listed in MARIADB.items() for written in listed]
    columns = [f"c{number} {written}" for number, (_, written) in enumerate(types) if written != "serial"]
    serial = next(number for number, (_, written) in enumerate(types) if written == "serial")
    with shared().database(
        f"CREATE TABLE kinds ({', '.join(columns)})",
        f"CREATE TABLE kinds_2 (c{serial} serial)",
        "CREATE TABLE no_json (j longtext CHECK (json_valid(j) OR j = ''))",
    ) as database:
        harvest_now(_stored(database))
    found = dict(Column.objects.exclude(name="j").values_list("name", "logical_type"))
    assert {types[int(name[1:])]: logical for name, logical in found.items()} == {kind: kind[0] for kind in types}
    assert Column.objects.get(name="j").logical_type == "text"
    with_data_type = Column.objects.get(name=f"c{types.index(('enum', MARIADB['enum'][0]))}")
    assert with_data_type.data_type == "enum('a','b,c','it''s')"


def _stored(database: str) -> Source:
    return Source.objects.create(name="Shop", slug="shop", **shared().address(database=database))
