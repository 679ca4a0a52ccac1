"""Reading a real Trino: its memory catalog through the shared suite, tpch and tpcds from end to end."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, cast

import pytest

from catalog.assets.models import Asset, Column, Schema
from catalog.harvest.connectors import Part, Reading, Scope
from catalog.harvest.connectors.rows import ColumnRow, RowReading
from catalog.harvest.connectors.trino import CONNECTOR, TrinoExtractor
from catalog.sources.engines.trino import Session
from portal.kit.errors import DomainError
from tests.catalog.harvest.conftest import harvested
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Ground, Lack, SqlGround
from tests.engines import trino
from tests.engines.trino import Server
from tests.factories.catalog import make_source

pytestmark = [pytest.mark.engine, pytest.mark.heavy, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server() -> Iterator[Server]:
    """The server, with nothing in its memory catalog."""
    found = trino.shared()
    found.empty()
    yield found
    found.empty()


class TrinoGround(SqlGround):
    """The memory catalog."""

    engine = "trino"
    lacks = frozenset({Lack.PRIMARY_KEYS, Lack.FOREIGN_KEYS, Lack.INDEXES, Lack.WRITING, Lack.VANISHING})
    # Trino folds the names of tables to small letters.
    odd_names: ClassVar[tuple[str, ...]] = (
        'say "hi"',
        "it's",
        "two words",
        "größe 表 🜚",
        "back\\slash",
        "%s",
        "with.dots",
    )

    def __init__(self, server: Server) -> None:
        self._server = server

    def address(self) -> dict[str, Any]:
        return self._server.address()

    def execute(self, *statements: str) -> None:
        self._server.run(*statements)

    def place(self, schema: str, name: str) -> str:
        return self.quote("memory", schema, name)

    def make_schema(self, schema: str) -> None:
        self.execute(f"CREATE SCHEMA IF NOT EXISTS {self.quote('memory', schema)}")

    def requests(self) -> int:
        return self._server.statements()

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        session = cast("TrinoExtractor", cast("RowReading", reading)._extractor)._session
        endless = "SELECT count(*) FROM tpch.sf1000.lineitem AS a CROSS JOIN tpch.sf1000.lineitem AS b"
        yield lambda: session.rows(endless)


class TestTrino(Conformance):
    """The shared suite."""

    @pytest.fixture
    def ground(self, server: Server) -> Ground:
        return TrinoGround(server)


def test_all_catalogs_are_read_and_told_with_figures(server: Server) -> None:
    server.run(
        "CREATE SCHEMA memory.shop",
        """CREATE TABLE memory.shop.orders (id bigint NOT NULL COMMENT 'Key', tags array(varchar),
            place row(street varchar, zip integer), prices map(varchar, double)) COMMENT 'All orders'""",
        "CREATE VIEW memory.shop.ids COMMENT 'Only keys' AS SELECT id FROM memory.shop.orders",
    )
    before, wall = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    source = make_source(**server.address(database=""))
    run = harvested(source)
    wall, after = time.monotonic() - wall, resource.getrusage(resource.RUSAGE_SELF)
    columns = Column.objects.count()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"\nTrino: {run.added} tables, {columns} columns, {wall:.2f} s wall, {cpu:.2f} s CPU of the client")

    assert Asset.objects.filter(schema__name__startswith="tpch.").count() == 9 * 8
    assert Asset.objects.filter(schema__name__startswith="tpcds.").count() == 10 * 25
    assert Asset.objects.filter(schema__name="memory.shop").count() == 2
    assert not Schema.objects.filter(name__contains="information_schema").exists()
    assert Column.objects.filter(asset__schema__name="tpcds.tiny").count() == 429
    orders = Asset.objects.get(name="orders", schema__name="memory.shop")
    assert (orders.comment, orders.properties) == ("All orders", {"connector": "memory"})
    assert list(orders.columns.values_list("name", "data_type", "logical_type", "is_nullable", "comment")) == [
        ("id", "bigint", "integer", False, "Key"),
        ("tags", "array(varchar)", "array", True, ""),
        ("place", "row(street varchar, zip integer)", "struct", True, ""),
        ("prices", "map(varchar, double)", "map", True, ""),
    ]
    ids = Asset.objects.get(name="ids")
    assert (ids.kind, ids.comment, ids.definition) == ("view", "Only keys", "SELECT id\nFROM\n  memory.shop.orders")
    assert harvested(source).unchanged == run.added


def test_every_type_has_a_logical_type(server: Server) -> None:
    server.run(
        "CREATE SCHEMA memory.types",
        """CREATE TABLE memory.types.all_of_them (a boolean, b tinyint, c smallint, d integer, e bigint, f real,
            g double, h decimal(38,9), i varchar, j varchar(9), k char(3), l varbinary, m json, n date, o time(6),
            p time(3) with time zone, q timestamp(6), r timestamp(3) with time zone, s interval year to month,
            t interval day to second, u array(row(x bigint)), v map(varchar, array(double)), w row(x bigint, y date),
            x ipaddress, y uuid, z HyperLogLog, aa P4HyperLogLog, bb qdigest(double), cc tdigest, dd SetDigest,
            ee Geometry, ff SphericalGeography)""",
    )
    harvested(make_source(**server.address()))
    assert dict(Column.objects.values_list("data_type", "logical_type")) == {
        "boolean": "boolean",
        **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), "integer"),
        **dict.fromkeys(("real", "double"), "float"),
        "decimal(38,9)": "decimal",
        **dict.fromkeys(("varchar", "varchar(9)", "char(3)"), "text"),
        "varbinary": "binary",
        "json": "json",
        "date": "date",
        **dict.fromkeys(("time(6)", "time(3) with time zone"), "time"),
        "timestamp(6)": "timestamp",
        "timestamp(3) with time zone": "timestamp_tz",
        **dict.fromkeys(("interval year to month", "interval day to second"), "interval"),
        "array(row(x bigint))": "array",
        "map(varchar, array(double))": "map",
        "row(x bigint, y date)": "struct",
        "ipaddress": "network",
        "uuid": "uuid",
        **dict.fromkeys(("HyperLogLog", "P4HyperLogLog", "qdigest(double)", "tdigest", "SetDigest"), "sketch"),
        **dict.fromkeys(("Geometry", "SphericalGeography"), "spatial"),
    }


def test_one_catalog_of_many_schemas_takes_three_statements(server: Server) -> None:
    with CONNECTOR.reading(make_source(**server.address(database="tpcds")), Scope()) as reading:
        before = server.statements()
        names = b"".join(reading.overview(Part.SCHEMAS)).decode()
        relations = b"".join(reading.overview(Part.RELATIONS))
        assert "tiny" in names
        assert relations.count(b"\n") == 250
        assert server.statements() - before == 4  # the first names the catalogs


def test_catalog_that_is_left_out_is_not_asked(server: Server) -> None:
    source = make_source(**server.address(database="", left_out_schemas="tpch.*\ntpcds.*"))
    before = server.statements()
    harvested(source)
    assert set(Schema.objects.values_list("name", flat=True)) == {"memory.default"}
    assert server.statements() - before == 4


class Scripted:
    """A session that answers each statement by what is in it."""

    def __init__(self, *answers: tuple[str, list[list[Any]] | DomainError]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def batches(self, statement: str) -> Iterator[list[list[Any]]]:
        self.asked.append(statement)
        answer = next(answer for part, answer in self.answers if part in statement)
        if isinstance(answer, DomainError):
            raise answer
        yield answer

    def rows(self, statement: str) -> list[list[Any]]:
        return [row for batch in self.batches(statement) for row in batch]


def _extractor(session: Scripted, scope: Scope | None = None) -> TrinoExtractor:
    return TrinoExtractor(cast("Session", session), "", scope or Scope())


def test_materialized_view_is_one_and_carries_its_definition() -> None:
    session = Scripted(
        ("metadata.catalogs", [["lake", "iceberg"]]),
        ("schemata", [["sales"], ["information_schema"]]),
        (".tables", [["sales", "daily", "BASE TABLE", "By day", "SELECT 1", True]]),
        (".columns", [["sales", "daily", 1, "day", "date", "YES", None, None]]),
    )
    extractor = _extractor(session)
    assert [row.name for row in extractor.schemas()] == ["lake.sales"]
    relation, detail, column = [row for batch in extractor.extract(["lake.sales"]) for row in batch]
    assert relation[:3] == ("lake.sales", "daily", "materialized_view")
    assert detail[2:] == ("By day", "SELECT 1", {"connector": "iceberg"})
    assert column == ColumnRow("lake.sales", "daily", 1, "day", "date", "date")


def test_account_without_the_system_catalog_reads_without_comments_and_says_so() -> None:
    denied = DomainError("No.", code="no_rights")
    session = Scripted(
        ("metadata.catalogs", [["lake", "iceberg"]]),
        ("schemata", [["sales"]]),
        ("table_comments", denied),
        (".tables", [["sales", "daily", "BASE TABLE", None, None, False]]),
        (".columns", []),
    )
    extractor = _extractor(session)
    names = [row.name for row in extractor.schemas()]
    assert next(row for batch in extractor.extract(names) for row in batch)[:2] == ("lake.sales", "daily")
    assert extractor.warnings() == [
        "The account may not read system.metadata: comments and materialized views of lake are not known."
    ]


def test_failure_names_its_catalog() -> None:
    session = Scripted(
        ("metadata.catalogs", [["crm", "mysql"]]), ("schemata", DomainError("It is away.", code="source_error"))
    )
    with pytest.raises(DomainError) as caught:
        list(_extractor(session).schemas())
    assert caught.value.message == "Catalog crm: It is away."


def test_one_schema_is_named_and_many_are_not() -> None:
    for wanted, part in ((["s'1"], "table_schema = 's''1'"), (["s1", "s2"], "<> 'information_schema'")):
        session = Scripted(
            ("metadata.catalogs", [["lake", "hive"]]),
            ("schemata", [[name] for name in wanted]),
            (".tables", []),
            (".columns", []),
        )
        extractor = _extractor(session)
        list(extractor.extract([row.name for row in extractor.schemas()]))
        assert all(part in statement for statement in session.asked[2:])
