"""Reading a real ClickHouse, through the shared suite and from end to end."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, cast

import pytest

from catalog.assets.models import Asset, Column, Index
from catalog.harvest.connectors import Reading, Scope
from catalog.harvest.connectors.clickhouse import CONNECTOR, ClickHouseExtractor, parts_of
from catalog.harvest.connectors.rows import RowReading
from catalog.sources.engines.clickhouse import Session
from catalog.sources.models import Source
from portal.kit.errors import DomainError
from tests.catalog.harvest.conftest import harvested
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Ground, Kind, Lack, Made, SqlGround, Table
from tests.engines import clickhouse, clickhouse_newest
from tests.engines.clickhouse import Server
from tests.factories.catalog import make_source

pytestmark = [pytest.mark.engine, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server() -> Iterator[Server]:
    """The server, with no database of its users."""
    found = clickhouse.shared()
    found.empty()
    yield found
    found.empty()


def _session(reading: Reading) -> Session:
    return cast("ClickHouseExtractor", cast("RowReading", reading)._extractor)._session


class ClickHouseGround(SqlGround):
    """Databases as schemas; comments on tables came after the version that Debian packs."""

    engine = "clickhouse"
    lacks = frozenset({Lack.PRIMARY_KEYS, Lack.FOREIGN_KEYS, Lack.INDEXES, Lack.COMMENTS, Lack.VANISHING})
    refused_with = (DomainError,)
    quote_mark = "`"
    words: ClassVar[dict[Kind, str]] = {
        Kind.INTEGER: "Int64",
        Kind.TEXT: "String",
        Kind.DATE: "Date",
        Kind.DECIMAL: "Decimal(10, 2)",
    }
    # The tables of this old version are files of their names.
    odd_names = ('say "hi"', "it's", "two words", "Größe 表 🜚", "%s", "with.dots")
    longest_name = 60

    def __init__(self, server: Server) -> None:
        self._server = server

    def address(self) -> dict[str, Any]:
        return self._server.address()

    def execute(self, *statements: str) -> None:
        self._server.run(*statements)

    def text(self, text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"

    def make_schema(self, schema: str) -> None:
        self.execute(f"CREATE DATABASE IF NOT EXISTS {self.quote(schema)}")

    def make(self, table: Table) -> None:
        self.make_schema(table.schema)
        columns = ", ".join(self.column(column) for column in table.columns)
        key = self.quote(table.columns[0].name) if table.columns[0].name == "id" else "tuple()"
        engine = f"MergeTree ORDER BY {key}" if key != "tuple()" else "Log"
        self.execute(f"CREATE TABLE {self.place(table.schema, table.name)} ({columns}) ENGINE = {engine}")
        for column in table.columns:
            if column.comment and engine != "Log":
                self._comment(table, column)

    def _comment(self, table: Table, column: Made) -> None:
        place = self.place(table.schema, table.name)
        self.execute(f"ALTER TABLE {place} COMMENT COLUMN {self.quote(column.name)} {self.text(column.comment)}")

    def column(self, column: Made) -> str:
        word = self.words[column.kind]
        return (
            f"{self.quote(column.name)} {f'Nullable({word})' if column.is_nullable and column.name != 'id' else word}"
        )

    def requests(self) -> int:
        return self._server.statements()

    def write_through(self, reading: Reading) -> None:
        _session(reading).rows("CREATE TABLE sales.mine (id Int8) ENGINE = Log")

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        yield lambda: _session(reading).rows("SELECT count() FROM system.numbers")


class TestClickHouse(Conformance):
    """The shared suite."""

    @pytest.fixture
    def ground(self, server: Server) -> Ground:
        return ClickHouseGround(server)


@pytest.mark.parametrize("user", ["writer", "reader", "bound"])
def test_everything_of_a_table_comes_out_right(server: Server, user: str) -> None:
    server.run(
        "CREATE DATABASE events",
        """CREATE TABLE events.visits (id UInt64, day Date, who LowCardinality(Nullable(String)), tags Array(String),
            kind Enum8('view' = 1, 'buy' = 2), at DateTime, price Decimal(10, 2), twice UInt64 MATERIALIZED id * 2,
            note String DEFAULT 'none', place Tuple(Float64, Float64), key UUID)
            ENGINE = MergeTree PARTITION BY toYYYYMM(day) ORDER BY (id, cityHash64(note, day))""",
        "ALTER TABLE events.visits COMMENT COLUMN id 'Of the\tvisit'",
        "INSERT INTO events.visits (id, day) VALUES (1, '2026-01-01'), (2, '2026-01-02')",
        "CREATE VIEW events.ids AS SELECT id, day FROM events.visits WHERE id > 0",
        "CREATE MATERIALIZED VIEW events.days ENGINE = MergeTree ORDER BY day AS SELECT day FROM events.visits",
    )
    run = harvested(make_source(**server.address(username=user)))

    assert run.added == 3
    visits = Asset.objects.get(name="visits")
    assert visits.properties == {
        "engine": "MergeTree",
        "partition_key": "toYYYYMM(day)",
        "sorting_key": "id, cityHash64(note, day)",
        "primary_key": "id, cityHash64(note, day)",
    }
    assert (visits.kind, visits.row_estimate) == ("table", 2)
    assert (visits.size_bytes or 0) > 100
    facts = ("name", "data_type", "logical_type", "is_nullable", "is_generated", "default", "comment")
    assert list(visits.columns.order_by("position").values_list(*facts)) == [
        ("id", "UInt64", "integer", False, False, "", "Of the\tvisit"),
        ("day", "Date", "date", False, False, "", ""),
        ("who", "LowCardinality(Nullable(String))", "text", True, False, "", ""),
        ("tags", "Array(String)", "array", False, False, "", ""),
        ("kind", "Enum8('view' = 1, 'buy' = 2)", "enum", False, False, "", ""),
        ("at", "DateTime", "timestamp_tz", False, False, "", ""),
        ("price", "Decimal(10, 2)", "decimal", False, False, "", ""),
        ("note", "String", "text", False, False, "'none'", ""),
        ("place", "Tuple(Float64, Float64)", "struct", False, False, "", ""),
        ("key", "UUID", "uuid", False, False, "", ""),
        ("twice", "UInt64", "integer", False, True, "id * 2", ""),
    ]
    assert list(Index.objects.filter(asset=visits).values_list("name", "is_unique", "columns", "definition")) == [
        ("primary key", False, ["id", "cityHash64(note, day)"], "PRIMARY KEY (id, cityHash64(note, day))")
    ]
    ids, days = Asset.objects.get(name="ids"), Asset.objects.get(name="days")
    assert (ids.kind, " ".join(ids.definition.split())) == ("view", "SELECT id, day FROM events.visits WHERE id > 0")
    assert (days.kind, days.definition) == ("materialized_view", "SELECT day FROM events.visits")


def test_one_database_may_be_named(server: Server) -> None:
    server.run("CREATE DATABASE a", "CREATE TABLE a.t (id Int8) ENGINE = Log", "CREATE DATABASE b")
    server.run("CREATE TABLE b.t (id Int8) ENGINE = Log")
    harvested(make_source(**server.address(database="b")))
    assert list(Asset.objects.values_list("schema__name", "name")) == [("b", "t")]


def test_figures_of_a_thousand_tables(server: Server) -> None:
    columns = ", ".join(f"column_{number} Nullable(String)" for number in range(19))
    server.run("CREATE DATABASE wide")
    server.run(*(f"CREATE TABLE wide.t_{number} (id Int64, {columns}) ENGINE = Log" for number in range(1000)))
    source = make_source(**server.address(database="wide"))
    before, wall = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    run = harvested(source)
    wall, after = time.monotonic() - wall, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"\nClickHouse: {run.added} tables, {Column.objects.count()} columns, {wall:.2f} s wall, {cpu:.2f} s CPU")
    assert (run.added, Column.objects.count()) == (1000, 20_000)
    assert harvested(source).unchanged == 1000


def test_newer_servers_tell_more_of_their_tables() -> None:
    """What the version at hand lacks: comments, sizes beside the table, indexes that skip."""

    newer = {
        "databases": "name comment",
        "tables": "database name engine comment as_select total_rows total_bytes",
        "columns": "database table name type position",
        "data_skipping_indices": "database table name type_full expr granularity",
    }

    class Newer:
        asked: ClassVar[list[str]] = []

        def rows(self, statement: str) -> list[list[str]]:
            return [row for batch in self.batches(statement) for row in batch]

        def batches(self, statement: str) -> Iterator[list[list[str]]]:
            self.asked.append(statement)
            known = [[table, name] for table, names in newer.items() for name in names.split()]
            table = statement.split("FROM system.")[1].split()[0]
            yield {
                "columns": known
                if "database = 'system'" in statement
                else [["d", "t", "at", "DateTime64(3)", "", "", "", "2"]],
                "databases": [["d", "Our data"]],
                "tables": [["d", "t", "Kafka", "From a topic", "", "", "", "", "", "", "7", "700"]],
                "data_skipping_indices": [["d", "t", "by_at", "minmax", "(at, toHour(at))", "4"]],
            }[table]

    extractor = ClickHouseExtractor(cast("Session", Newer()), Source())
    assert list(extractor.schemas()) == [("d", "Our data", "")]
    rows = [row for batch in extractor.extract(["d"]) for row in batch]
    assert rows == [
        ("d", "t", "foreign_table", 7, 700, None, (None, None)),
        ("d", "t", "From a topic", "", {"engine": "Kafka"}),
        ("d", "t", 2, "at", "DateTime64(3)", "DateTime64(3)", False, "", False, ""),
        ("d", "t", "by_at", False, ["(at, toHour(at))"], "INDEX by_at (at, toHour(at)) TYPE minmax GRANULARITY 4"),
    ]
    assert not any("system.parts" in statement for statement in Newer.asked)
    assert list(extractor.extract([])) == []


def test_parts_of_a_key() -> None:
    assert parts_of("") == []
    assert parts_of("id, f(a, (b, c)), `odd name`") == ["id", "f(a, (b, c))", "odd name"]
    assert parts_of("x" * 300) == ["x" * 128]


def test_scope_without_a_database_reads_nothing(server: Server) -> None:
    with CONNECTOR.reading(make_source(**server.address(database="no_such")), Scope()) as reading:
        assert list(reading.warnings()) == []


def test_statements_on_the_newest_version() -> None:
    """Without a server; what the one of these tests is too old for."""
    found = clickhouse_newest.read(
        "CREATE DATABASE shop COMMENT 'The shop'",
        """CREATE TABLE shop.orders (id UInt64 COMMENT 'Key', day Date32, who LowCardinality(Nullable(String)),
            facts JSON, either Variant(String, UInt8), twice UInt64 MATERIALIZED id * 2,
            INDEX by_day day TYPE minmax GRANULARITY 4, INDEX who_id (who, id) TYPE bloom_filter GRANULARITY 1)
            ENGINE = MergeTree PARTITION BY toYYYYMM(day) PRIMARY KEY id ORDER BY (id, day) COMMENT 'All orders'""",
        "INSERT INTO shop.orders (id, day) VALUES (1, '2026-01-01'), (2, '2026-02-01')",
        "CREATE VIEW shop.ids AS SELECT id FROM shop.orders",
        "CREATE MATERIALIZED VIEW shop.days ENGINE = MergeTree ORDER BY day AS SELECT day FROM shop.orders",
    )
    assert found["server"].startswith("26.")
    assert found["settings"] == {
        "max_execution_time": "60",
        "cancel_http_readonly_queries_on_client_close": "1",
        "readonly": "1",
    }
    assert ["shop", "The shop", ""] in found["schemas"]
    assert [row[1:4] for row in sorted(found["RelationRow"])] == [
        ["days", "materialized_view", 0],
        ["ids", "view", None],
        ["orders", "table", 2],
    ]
    assert {row[1]: (row[2], row[3]) for row in found["DetailRow"]} == {
        "days": ("", "SELECT day FROM shop.orders"),
        "ids": ("", "SELECT id FROM shop.orders"),
        "orders": ("All orders", ""),
    }
    columns = [row[2:5] + row[6:] for row in found["ColumnRow"] if row[1] == "orders"]
    assert columns == [
        [1, "id", "UInt64", False, "", False, "Key"],
        [2, "day", "Date32", False, "", False, ""],
        [3, "who", "LowCardinality(Nullable(String))", True, "", False, ""],
        [4, "facts", "JSON", False, "", False, ""],
        [5, "either", "Variant(String, UInt8)", True, "", False, ""],
        [6, "twice", "UInt64", False, "id * 2", True, ""],
    ]
    assert sorted(row[2:] for row in found["IndexRow"]) == [
        ["by_day", False, ["day"], "INDEX by_day day TYPE minmax GRANULARITY 4"],
        ["primary key", False, ["id"], "PRIMARY KEY (id)"],
        ["who_id", False, ["who", "id"], "INDEX who_id who, id TYPE bloom_filter GRANULARITY 1"],
    ]
