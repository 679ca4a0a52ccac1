"""Iceberg passes the shared suite with a real catalog, on folders and on a real S3 server; what is special about it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import SortField, SortOrder
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FixedType,
    FloatType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestampType,
    TimestamptzType,
    TimeType,
    UUIDType,
)
from pytest_django import Settings

from catalog.assets import models as assets
from catalog.harvest.connectors import Reading
from catalog.harvest.connectors.iceberg import IcebergExtractor
from catalog.harvest.connectors.rows import RowReading
from catalog.sources.credentials import encrypt
from catalog.sources.engines.iceberg import DatabaseCatalog
from catalog.sources.engines.sqlite import Session
from tests.catalog.harvest.conftest import Warehouse, harvested
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Ground, Kind, Lack, Made, Table
from tests.catalog.harvest.connectors.test_sqlite import ENDLESS
from tests.engines import moto

TYPES: dict[Kind, IcebergType] = {
    Kind.INTEGER: LongType(),
    Kind.TEXT: StringType(),
    Kind.DATE: DateType(),
    Kind.DECIMAL: DecimalType(10, 2),
}
special = pytest.mark.django_db(transaction=True)


def catalog_of(reading: Reading) -> DatabaseCatalog:
    assert isinstance(reading, RowReading)
    assert isinstance(reading._extractor, IcebergExtractor)
    assert isinstance(reading._extractor._catalog, DatabaseCatalog)
    return reading._extractor._catalog


class IcebergGround(Ground):
    """A catalog in a SQLite file, written by PyIceberg."""

    engine = "iceberg"
    lacks = frozenset({Lack.FOREIGN_KEYS, Lack.INDEXES, Lack.VIEWS})
    refused_with = (sqlite3.OperationalError,)

    def __init__(self, file: Path, take_store: Callable[[], object], **properties: str) -> None:
        self.file = file
        self.take_store = take_store
        self.properties = properties
        self.catalog = self.opened()
        self.sent = 0

    def opened(self) -> Catalog:
        """Open the catalog for writing."""
        return SqlCatalog("lake", uri=f"sqlite:///{self.file}", **self.properties)

    def address(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"database": str(self.file), "username": ""}
        if "s3.endpoint" in self.properties:
            facts |= {"username": moto.KEY, "password_encrypted": encrypt(moto.SECRET)}
            facts["options"] = {"endpoint": self.properties["s3.endpoint"], "region": moto.REGION}
        return facts

    def make(self, table: Table) -> None:
        self.catalog.create_namespace_if_not_exists(table.schema)
        fields = [
            NestedField(n, each.name, TYPES[each.kind], required=not each.is_nullable, doc=each.comment or None)
            for n, each in enumerate(table.columns, 1)
        ]
        keys = [field.field_id for field in fields if field.name in table.primary]
        said = {"comment": table.comment} if table.comment else {}
        schema = Schema(*fields, identifier_field_ids=keys)
        self.catalog.create_table((table.schema, table.name), schema, properties=said)

    def add_column(self, schema: str, table: str, column: Made) -> None:
        with self.catalog.load_table((schema, table)).update_schema() as update:
            update.add_column(column.name, TYPES[column.kind], column.comment or None)

    def drop(self, schema: str, table: str) -> None:
        self.catalog.drop_table((schema, table))

    def requests(self) -> int:
        return self.sent

    def write_through(self, reading: Reading) -> None:
        catalog_of(reading)._ask("CREATE TABLE mine (id integer)")

    def vanish(self) -> None:
        """Take the store away: the catalog itself is read at a stroke."""
        self.take_store()

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        yield lambda: catalog_of(reading)._ask(ENDLESS)

    def close(self) -> None:
        self.catalog.close()


def _counted(ground: IcebergGround, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = Session.batches

    def counted(session: Session, statement: str, *values: object) -> Iterator[list[tuple[Any, ...]]]:
        ground.sent += 1
        return batches(session, statement, *values)

    monkeypatch.setattr(Session, "batches", counted)


@pytest.fixture(scope="module")
def store() -> Iterator[moto.Store]:
    with moto.running() as store:
        yield store


@pytest.fixture
def lake(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[IcebergGround]:
    settings.FILE_SOURCES = [str(tmp_path)]
    store = tmp_path / "lake"
    ground = IcebergGround(tmp_path / "catalog.sqlite", lambda: shutil.rmtree(store), warehouse=f"file://{store}")
    _counted(ground, monkeypatch)
    yield ground
    ground.close()


@pytest.fixture
def bucket(
    store: moto.Store, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[IcebergGround]:
    settings.FILE_SOURCES = [str(tmp_path)]
    store.reset()
    store.system.create_dir("lake")
    ground = IcebergGround(
        tmp_path / "catalog.sqlite",
        store.reset,
        warehouse="s3://lake/warehouse",
        **{
            "s3.endpoint": store.endpoint,
            "s3.access-key-id": moto.KEY,
            "s3.secret-access-key": moto.SECRET,
            "s3.region": moto.REGION,
        },
    )
    _counted(ground, monkeypatch)
    yield ground
    ground.close()


class TestIcebergInFolders(Conformance):
    @pytest.fixture
    def ground(self, lake: IcebergGround) -> Ground:
        return lake


@pytest.mark.engine
class TestIcebergInBuckets(Conformance):
    @pytest.fixture
    def ground(self, bucket: IcebergGround) -> Ground:
        return bucket


@special
def test_every_type(lake: IcebergGround) -> None:
    kinds: dict[str, tuple[IcebergType, str, str]] = {
        "boolean": (BooleanType(), "boolean", "boolean"),
        "int": (IntegerType(), "int", "integer"),
        "long": (LongType(), "long", "integer"),
        "float": (FloatType(), "float", "float"),
        "double": (DoubleType(), "double", "float"),
        "decimal": (DecimalType(9, 2), "decimal(9, 2)", "decimal"),
        "date": (DateType(), "date", "date"),
        "time": (TimeType(), "time", "time"),
        "timestamp": (TimestampType(), "timestamp", "timestamp"),
        "timestamptz": (TimestamptzType(), "timestamptz", "timestamp_tz"),
        "string": (StringType(), "string", "text"),
        "uuid": (UUIDType(), "uuid", "uuid"),
        "fixed": (FixedType(16), "fixed[16]", "binary"),
        "binary": (BinaryType(), "binary", "binary"),
        "list": (ListType(101, StringType()), "list<string>", "array"),
        "map": (MapType(102, StringType(), 103, IntegerType()), "map<string, int>", "map"),
        "struct": (StructType(NestedField(104, "x", IntegerType())), "struct<104: x: optional int>", "struct"),
    }
    fields = [NestedField(n, name, kind) for n, (name, (kind, _, _)) in enumerate(kinds.items(), 1)]
    lake.catalog.create_namespace("sales")
    lake.catalog.create_table("sales.kinds", Schema(*fields))
    harvested(lake.source())
    found = assets.Column.objects.order_by("position").values_list("name", "logical_type")
    assert dict(found) == {name: logical for name, (_, _, logical) in kinds.items()}
    written = dict(assets.Column.objects.values_list("name", "data_type"))
    assert written["list"] == "list<string>"
    assert written["decimal"] == "decimal(9, 2)"
    assert written["struct"].startswith("struct<")
    assert "x: optional int" in written["struct"]


@special
def test_partitions_order_snapshots_and_numbers(lake: IcebergGround) -> None:
    schema = Schema(
        NestedField(1, "id", LongType(), required=True), NestedField(2, "day", DateType()), identifier_field_ids=[1]
    )
    lake.catalog.create_namespace("sales", {"comment": "What we sell"})
    table = lake.catalog.create_table(
        "sales.orders",
        schema,
        partition_spec=PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "day")),
        sort_order=SortOrder(SortField(1, IdentityTransform())),
        properties={"comment": "Every order", "owner": "shop", "write.parquet.compression-codec": "zstd"},
    )
    source = lake.source()
    harvested(source)
    assert assets.Schema.objects.get().comment == "What we sell"
    rows = pa.table({"id": pa.array([1, 2], pa.int64()), "day": pa.array([0, 1], pa.date32())})
    table.append(rows.cast(table.schema().as_arrow()))
    run = harvested(source)

    assert (run.changed, run.unchanged) == (1, 0)
    orders = assets.Asset.objects.get()
    size = sum(file.stat().st_size for file in Path(table.location().removeprefix("file://")).rglob("*.parquet"))
    assert (orders.comment, orders.kind) == ("Every order", "table")
    assert (orders.row_estimate, orders.size_bytes, orders.write_count) == (2, size, 1)
    assert orders.written_at is not None
    told = {name: value for name, value in orders.properties.items() if name != "newest_snapshot"}
    assert told == {
        "format": "Iceberg",
        "format_version": 2,
        "place": table.location(),
        "partition_columns": ["day (identity: day)"],
        "sort_order": ["id ASC"],
        "files": 2,
        "snapshots": 1,
        "owner": "shop",
        "table_properties": {"write.parquet.compression-codec": "zstd"},
    }
    assert assets.Key.objects.get().definition == "IDENTIFIER FIELDS (id)"


@special
def test_only_namespaces_with_new_descriptions_are_read(lake: IcebergGround, monkeypatch: pytest.MonkeyPatch) -> None:
    for schema in ("sales", "stock"):
        for number in range(3):
            lake.make(Table(schema, f"table_{number}"))
    source = lake.source()
    harvested(source)
    read: list[str] = []
    describe = DatabaseCatalog.describe

    def noted(self: DatabaseCatalog, table: Any) -> Any:
        read.append(table.namespace)
        return describe(self, table)

    monkeypatch.setattr(DatabaseCatalog, "describe", noted)
    harvested(source)
    assert read == []
    lake.add_column("stock", "table_1", Made("more"))
    run = harvested(source)
    assert read == ["stock"] * 3
    assert run.changed == 1


@special
def test_unreadable_tables_are_named_and_the_others_go_on(lake: IcebergGround, tmp_path: Path) -> None:
    for name in ("good", "missing", "damaged", "outside", "elsewhere"):
        lake.make(Table("sales", name))
    secret = tmp_path.parent / f"{tmp_path.name}.secret.metadata.json"
    secret.write_text("{}")
    places = {
        "missing": f"file://{tmp_path}/gone.metadata.json",
        "damaged": f"file://{lake.file}",
        "outside": f"file://{secret}",
        "elsewhere": "https://example.org/x.metadata.json",
    }
    with sqlite3.connect(lake.file) as connection:
        for name, place in places.items():
            connection.execute("UPDATE iceberg_tables SET metadata_location = ? WHERE table_name = ?", (place, name))
    connection.close()
    run = harvested(lake.source())
    hidden = "the file that describes it is missing or lies in a folder that is not allowed"
    assert sorted(line.text for line in run.job.lines.all()) == [
        "sales.damaged can't be read: the file that describes it is damaged, or of a newer version.",
        "sales.elsewhere can't be read: it lies in a store that is not supported here (https).",
        f"sales.missing can't be read: {hidden}.",
        f"sales.outside can't be read: {hidden}.",
    ]
    counts = dict(assets.Asset.objects.values_list("name", "column_count"))
    assert counts == {"good": 2, "missing": 0, "damaged": 0, "outside": 0, "elsewhere": 0}


@special
def test_one_of_several_catalogs_is_chosen_by_name(lake: IcebergGround) -> None:
    lake.make(Table("sales", "orders"))
    other = SqlCatalog("other", uri=f"sqlite:///{lake.file}", warehouse=lake.properties["warehouse"])
    other.create_namespace("depot")
    other.close()
    harvested(lake.source(options={"name": "other"}))
    assert [schema.name for schema in assets.Schema.objects.all()] == ["depot"]


@special
def test_catalog_in_postgresql(warehouse: Warehouse, tmp_path: Path, settings: Settings) -> None:
    settings.FILE_SOURCES = [str(tmp_path)]
    address = warehouse.url.replace("postgresql://", "postgresql+psycopg://")
    catalog = SqlCatalog("lake", uri=address, warehouse=f"file://{tmp_path}")
    catalog.create_namespace("sales")
    catalog.create_table("sales.orders", Schema(NestedField(1, "id", LongType())))
    catalog.close()
    source = warehouse.source(engine="iceberg_postgresql")
    run = harvested(source)
    assert run.added == 1
    assert assets.Column.objects.get().name == "id"
    assert harvested(source).unchanged == 0
