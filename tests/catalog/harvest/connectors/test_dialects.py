"""The machinery of engines reached by dialect, on real servers: PostgreSQL, SQLite and MariaDB, whose own connectors
say what has to come out. No engine that is only reached by dialect runs here but Snowflake, on a stand-in; see
docs/engines.md.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import URL

from catalog.assets.models import Asset, Column, Index, Key
from catalog.harvest.connectors import Part, Reading, Scope
from catalog.harvest.connectors.dialects import ByDialect, DialectExtractor
from catalog.harvest.connectors.dialects_information import read
from catalog.harvest.connectors.dialects_known import REDSHIFT, SNOWFLAKE
from catalog.harvest.connectors.rows import RowReading
from catalog.sources.credentials import decrypt, encrypt
from catalog.sources.engines import registry
from catalog.sources.engines.dialects import Dialect, DialectDoor, Session
from catalog.sources.engines.registry import Engine, Family
from catalog.sources.models import Source
from portal.kit.errors import DomainError
from tests.catalog.harvest.conftest import Warehouse, harvested
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Ground, Lack, SqlGround
from tests.catalog.harvest.connectors.test_mariadb import MariaDBGround
from tests.catalog.harvest.connectors.test_postgresql import PostgreSQLGround
from tests.engines import mariadb, snowflake
from tests.factories.catalog import make_source

pytestmark = pytest.mark.django_db(transaction=True)


def _postgresql_url(source: Source, password: str) -> URL:
    return URL.create("postgresql+psycopg", source.username, password, source.host, source.port, source.database)


def _mariadb_url(source: Source, password: str) -> URL:
    return URL.create("mariadb+pymysql", source.username, password, source.host, source.port)


POSTGRESQL = Dialect(
    label="PostgreSQL",
    url=_postgresql_url,
    counts="SELECT table_schema, count(*) FROM {place}.tables GROUP BY table_schema",
    opening=("SET default_transaction_read_only = on", "SET statement_timeout = {milliseconds}", "COMMIT"),
)
MARIADB = Dialect(
    label="MariaDB",
    url=_mariadb_url,
    counts="SELECT table_schema, count(*) FROM {place}.tables GROUP BY table_schema",
    opening=("SET SESSION TRANSACTION READ ONLY",),
    hidden="information_schema mysql performance_schema sys",
)
SQLITE = Dialect(
    label="SQLite",
    url=lambda source, password: URL.create(
        "sqlite", database=f"file:{source.database}", query={"mode": "ro", "uri": "true"}
    ),
    counts="SELECT 'main', count(*) FROM sqlite_master WHERE type IN ('table', 'view')",
)
REDSHIFT_ON_POSTGRESQL = Dialect(
    label="PostgreSQL, asked as Redshift is",
    url=_postgresql_url,
    counts=POSTGRESQL.counts,
    opening=POSTGRESQL.opening,
    schemas="SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'",
    version="SELECT version()",
)

_VIEWS = """
    SELECT viewname, definition FROM pg_views WHERE schemaname IN :schemas
    UNION ALL SELECT matviewname, definition FROM pg_matviews WHERE schemaname IN :schemas
"""
_SQLITE_VIEWS = "SELECT name, sql FROM sqlite_master WHERE type = 'view' AND 'main' IN :schemas"
_MARIADB_VIEWS = "SELECT table_name, view_definition FROM information_schema.views WHERE table_schema IN :schemas"

DOORS = {
    "by_dialect_postgresql": (DialectDoor(POSTGRESQL), ByDialect(POSTGRESQL, views=_VIEWS)),
    "by_dialect_mariadb": (DialectDoor(MARIADB), ByDialect(MARIADB, views=_MARIADB_VIEWS)),
    "by_dialect_sqlite": (DialectDoor(SQLITE), ByDialect(SQLITE, views=_SQLITE_VIEWS)),
    "by_dialect_redshift": (DialectDoor(REDSHIFT_ON_POSTGRESQL), ByDialect(REDSHIFT_ON_POSTGRESQL, REDSHIFT)),
}


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the dialects of these tests known while they run."""
    registry.all_engines()
    for key, (door, connector) in DOORS.items():
        monkeypatch.setitem(globals(), f"{key}_door", door)
        monkeypatch.setitem(globals(), f"{key}_connector", connector)
        engine = Engine(
            key=key,
            label=key,
            family=Family.DATABASE,
            door=f"{__name__}:{key}_door",
            connector=f"{__name__}:{key}_connector",
        )
        monkeypatch.setitem(registry._engines, key, engine)


def _session(reading: Reading) -> Session:
    return cast("DialectExtractor", cast("RowReading", reading)._extractor)._session


class ByReflection(PostgreSQLGround):
    """PostgreSQL by SQLAlchemy's reflection."""

    engine = "by_dialect_postgresql"
    lacks = frozenset({Lack.COUNTING})  # it is counted below, a schema at a time
    refused_with = (DomainError,)  # type: ignore[assignment]

    def write_through(self, reading: Reading) -> None:
        list(_session(reading).rows("CREATE TABLE sales.mine (id int)"))

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        yield lambda: list(_session(reading).rows("SELECT pg_sleep(100)"))


class AsRedshift(ByReflection):
    """PostgreSQL by the statements for Redshift, which keeps no indexes."""

    engine = "by_dialect_redshift"
    lacks = frozenset({Lack.INDEXES})


class TestReflection(Conformance):
    """The shared suite, by reflection."""

    @pytest.fixture
    def ground(self, warehouse: Warehouse) -> Ground:
        return ByReflection(warehouse)


class TestStatementsOfRedshift(Conformance):
    """The shared suite, by statements."""

    @pytest.fixture
    def ground(self, warehouse: Warehouse) -> Ground:
        return AsRedshift(warehouse)


RICH = (
    "CREATE SCHEMA sales",
    """CREATE TABLE sales.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        email varchar(80) NOT NULL UNIQUE, born date, tags text[], about jsonb, score numeric(8, 2) DEFAULT 0,
        at timestamptz DEFAULT now(), ratio float8,
        key uuid, is_kind boolean, raw bytea, every interval, home inet, CHECK (score >= 0))""",
    """CREATE TABLE public.orders (id int, line int, customer bigint NOT NULL REFERENCES sales.customers,
        total numeric GENERATED ALWAYS AS (line * 2) STORED, PRIMARY KEY (id, line))""",
    "CREATE TABLE sales.notes (id int, line int, FOREIGN KEY (id, line) REFERENCES public.orders)",
    "CREATE INDEX by_day ON sales.customers (born, lower(email))",
    "COMMENT ON TABLE sales.customers IS 'Who buys'",
    "COMMENT ON COLUMN sales.customers.email IS 'Where we write'",
    "CREATE VIEW sales.kind AS SELECT id, email FROM sales.customers WHERE is_kind",
    "CREATE MATERIALIZED VIEW sales.ages AS SELECT born FROM sales.customers",
)
ASSETS = ("schema__name", "name", "kind", "comment", "column_count")
COLUMNS = ("asset__name", "position", "name", "logical_type", "is_nullable", "comment")
KEYS = ("asset__name", "kind", "name", "columns", "target_schema", "target_name", "target_columns")


def _facts(source: Source, **only: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Harvest a source and return what was found, without how an engine writes types and rules."""
    harvested(source)
    assets = Asset.objects.filter(source=source, **only)
    return {
        "assets": sorted(assets.values_list(*ASSETS)),
        "columns": sorted(Column.objects.filter(asset__in=assets).values_list(*COLUMNS)),
        "keys": sorted(Key.objects.filter(asset__in=assets).exclude(kind="check").values_list(*KEYS), key=repr),
        "definitions": sorted(assets.exclude(definition="").values_list("name", "definition")),
        "indexes": sorted(Index.objects.filter(asset__in=assets).values_list("asset__name", "name", "is_unique")),
    }


def test_reflection_finds_what_the_own_connector_of_postgresql_finds(warehouse: Warehouse) -> None:
    warehouse.execute(*RICH)
    own = _facts(warehouse.source())
    reflected = _facts(warehouse.source(engine="by_dialect_postgresql"))
    own["indexes"] = [fact for fact in own["indexes"] if not fact[1].endswith("_pkey")]  # told as keys only
    for name, facts in own.items():
        assert _plain(reflected[name]) == _plain(facts), name


def test_statements_of_redshift_find_what_the_own_connector_of_postgresql_finds(warehouse: Warehouse) -> None:
    warehouse.execute(*RICH)
    without = {"kind__in": ("table", "view")}
    own = _facts(warehouse.source(), **without)
    stated = _facts(warehouse.source(engine="by_dialect_redshift"), **without)
    for name in ("assets", "columns", "keys", "definitions"):
        assert _plain(stated[name]) == _plain(own[name]), name


def _plain(facts: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Leave spaces out of definitions."""
    return [tuple(" ".join(each.split()) if isinstance(each, str) else each for each in fact) for fact in facts]


@pytest.mark.engine
def test_reflection_finds_what_the_own_connector_of_mariadb_finds() -> None:
    server = mariadb.shared()
    with server.database(
        "CREATE TABLE customers (id int PRIMARY KEY, email varchar(80) NOT NULL UNIQUE COMMENT 'Where we write',"
        " born date, score decimal(8, 2), at datetime, raw blob, ratio double) COMMENT 'Who buys'",
        "CREATE TABLE orders (id int PRIMARY KEY, customer int,"
        " CONSTRAINT buyer FOREIGN KEY (customer) REFERENCES customers (id))",
        "CREATE VIEW born AS SELECT id, born FROM customers",
    ) as name:
        scope = {"schema__name": name}
        own = _facts(Ground.source(MariaDBGround(server)), **scope)
        reflected = _facts(_by_dialect(MariaDBGround(server)), **scope)
    # The primary key has no name of its own there, and what a view's columns are made of is not reflected.
    own["keys"], reflected["keys"] = (
        [fact for fact in facts["keys"] if fact[1] != "primary"] for facts in (own, reflected)
    )
    own["columns"], reflected["columns"] = (
        [fact for fact in facts["columns"] if fact[0] != "born"] for facts in (own, reflected)
    )
    for part in ("assets", "columns", "keys", "definitions"):
        assert reflected[part] == own[part], part


def _by_dialect(ground: SqlGround) -> Source:
    return ground.source(engine="by_dialect_mariadb")


def test_reflection_of_a_sqlite_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as made:
        made.execute("CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL, UNIQUE (email))")
        made.execute("CREATE TABLE orders (id integer PRIMARY KEY, customer integer REFERENCES customers (id))")
        made.execute("CREATE INDEX by_customer ON orders (customer)")
        made.execute("CREATE VIEW emails AS SELECT email FROM customers")
    made.close()
    source = make_source(engine="by_dialect_sqlite", database=str(file))
    found = _facts(source)
    assert found["assets"] == [
        ("main", "customers", "table", "", 2),
        ("main", "emails", "view", "", 1),
        ("main", "orders", "table", "", 2),
    ]
    assert [fact[1:] for fact in found["keys"]] == [
        ("primary", "primary id", ["id"], "", "", []),
        ("unique", "unique email", ["email"], "", "", []),
        ("foreign", "foreign customer", ["customer"], "main", "customers", ["id"]),
        ("primary", "primary id", ["id"], "", "", []),
    ]
    assert found["definitions"] == [("emails", "CREATE VIEW emails AS SELECT email FROM customers")]
    assert found["indexes"] == [("orders", "by_customer", False)]


def test_reflection_takes_as_many_statements_for_many_tables_as_for_few(warehouse: Warehouse) -> None:
    ground = ByReflection(warehouse)
    source = warehouse.source(engine=ground.engine)
    warehouse.execute("CREATE SCHEMA a")
    sent = []
    for numbers in (range(5), range(5, 40)):
        warehouse.execute(*(f"CREATE TABLE a.t_{number} (id int PRIMARY KEY)" for number in numbers))
        before = ground.requests()
        with DOORS[ground.engine][1].reading(source, Scope(only=["a"])) as reading:
            list(reading.overview(Part.SCHEMAS))
            assert b"".join(reading.overview(Part.RELATIONS)).count(b"\n") == numbers.stop
        sent.append(ground.requests() - before)
    assert sent[0] == sent[1]
    assert sent[0] <= 40


def test_door_looks_and_inspects(warehouse: Warehouse) -> None:
    warehouse.execute("CREATE SCHEMA a", "CREATE TABLE a.t (id int)", "CREATE VIEW a.v AS SELECT 1 AS one")
    source = warehouse.source(engine="by_dialect_postgresql")
    found = DOORS["by_dialect_postgresql"][0].look(source)
    assert found.server.startswith("PostgreSQL 1")
    assert (found.tls, found.schemas, found.tables) == ("", 2, 2)
    report = DOORS["by_dialect_redshift"][0].inspect(source)
    assert report.server.startswith("PostgreSQL, asked as Redshift is PostgreSQL 1")
    assert report.capabilities == {"changes_followed": False, "dialect": "postgresql"}


def test_failures_are_told_in_plain_words(warehouse: Warehouse) -> None:
    door = DOORS["by_dialect_postgresql"][0]
    secret = decrypt(warehouse.source().password_encrypted)
    for facts, code in (
        ({"password_encrypted": encrypt("wrong")}, "wrong_password"),
        ({"port": 1}, "connection_refused"),
        ({"database": "no_such"}, "unknown_database"),
        ({"host": "no-such-host.invalid"}, "host_unknown"),
    ):
        with pytest.raises(DomainError) as caught:
            door.look(warehouse.source(engine="by_dialect_postgresql", **facts))
        assert caught.value.code == code
        assert secret not in caught.value.message


@pytest.mark.engine
def test_statements_of_snowflake_on_a_stand_in() -> None:
    found = snowflake.read(
        "CREATE TABLE customers (id int PRIMARY KEY, email varchar(80) NOT NULL, price number(10, 2), v variant)",
        "CREATE TABLE visits (day date, number int, PRIMARY KEY (day, number))",
        "COMMENT ON TABLE customers IS 'Who buys'",
    )
    assert found["schemas"] == ["SALES"]
    assert found["RelationRow"] == [
        ["SALES", name, "table", 0, 0, None, [None, None]] for name in ("CUSTOMERS", "VISITS")
    ]
    assert [row[2] for row in found["DetailRow"]] == ["Who buys", ""]
    assert [[*row[1:5], row[6]] for row in found["ColumnRow"]] == [
        ["CUSTOMERS", 1, "ID", "NUMBER(38,0)", False],
        ["CUSTOMERS", 2, "EMAIL", "VARCHAR(80)", False],
        ["CUSTOMERS", 3, "PRICE", "NUMBER(10,2)", True],
        ["CUSTOMERS", 4, "V", "VARIANT", True],
        ["VISITS", 1, "DAY", "DATE", False],
        ["VISITS", 2, "NUMBER", "NUMBER(38,0)", False],
    ]
    assert [[row[1], row[2], row[4]] for row in found["KeyRow"]] == [
        ["CUSTOMERS", "primary", ["ID"]],
        ["VISITS", "primary", ["DAY", "NUMBER"]],
    ]
    assert found["look"] == ["Snowflake 10.0.0", "in use", 1, 2]


class Showing:
    """A session that shows the keys of a whole database, as Snowflake words them."""

    def rows(self, statement: str, schemas: list[str]) -> list[Any]:
        return []

    def mappings(self, statement: str) -> list[dict[str, Any]]:
        if "IMPORTED" not in statement:
            return []
        return [
            {
                "fk_schema_name": schema,
                "fk_table_name": "LINES",
                "fk_name": "OF_ORDER",
                "fk_column_name": column,
                "pk_schema_name": "SALES",
                "pk_table_name": "ORDERS",
                "pk_column_name": target,
                "key_sequence": position,
            }
            for schema in ("SALES", "OTHER")
            for position, column, target in (("2", "LINE", "NUMBER"), ("1", "ORDER_ID", "ID"))
        ]


def test_foreign_keys_of_snowflake_are_put_together_from_their_parts() -> None:
    (row,) = [row for batch in read(cast("Session", Showing()), ["SALES"], SNOWFLAKE) for row in batch]
    assert row == (
        *("SALES", "LINES", "foreign", "OF_ORDER", ["ORDER_ID", "LINE"]),
        *("SALES", "ORDERS", ["ID", "NUMBER"], ""),
    )
