"""Folders and buckets pass the shared suite; what is special about files."""

import datetime as dt
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pytest
from pytest_django import Settings

from catalog.assets.models import Asset, Column, Schema
from catalog.harvest.models import Run
from catalog.sources.engines.files import Entry, Folder
from tests.catalog.harvest.conftest import harvested
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Ground
from tests.catalog.harvest.connectors.harvests import failed, row_versions
from tests.catalog.harvest.connectors.lakes import BucketDisk, FolderDisk, LakeGround, parquet
from tests.engines import moto

special = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def store() -> Iterator[moto.Store]:
    with moto.running() as store:
        yield store


@pytest.fixture
def disk(tmp_path: Path, settings: Settings) -> FolderDisk:
    settings.FILE_SOURCES = [str(tmp_path)]
    return FolderDisk(tmp_path / "lake")


@pytest.fixture
def lake(disk: FolderDisk) -> LakeGround:
    return LakeGround(disk, "files")


class TestFolder(Conformance):
    @pytest.fixture
    def ground(self, lake: LakeGround) -> Ground:
        return lake


@pytest.mark.engine
class TestBucket(Conformance):
    @pytest.fixture
    def ground(self, store: moto.Store) -> Ground:
        return LakeGround(BucketDisk(store), "s3")


def _lines(run: Run) -> list[str]:
    return [line.text for line in run.job.lines.all()]


def _columns(name: str) -> dict[str, str]:
    return dict(Column.objects.filter(asset__name=name).values_list("name", "data_type"))


@special
def test_partitioned_files_are_one_data_set(disk: FolderDisk, lake: LakeGround) -> None:
    rows = pa.table({"id": [1, 2], "amount": [1.5, 2.5]})
    for year, day in ((2024, "2024-12-31"), (2025, "2025-01-01"), (2025, "2025-01-02")):
        disk.put(f"shop/orders/year={year}/day={day}/city=A%20B/part-0.parquet", parquet(rows, compression="zstd"))
    disk.put("shop/orders/_SUCCESS", b"x")
    disk.put("shop/orders/year=2025/.part-1.parquet.crc", b"x")
    run = harvested(lake.source())

    orders = Asset.objects.get()
    assert (orders.schema.name, orders.name, orders.kind, orders.row_estimate) == ("shop", "orders", "data_set", 6)
    columns = Column.objects.order_by("position").values_list("name", "data_type", "logical_type")
    assert list(columns) == [
        ("id", "int64", "integer"),
        ("amount", "double", "float"),
        ("year", "int64", "integer"),
        ("day", "date", "date"),
        ("city", "string", "text"),
    ]
    size = sum(file.stat().st_size for file in disk.root.rglob("*.parquet"))
    newest = max(file.stat().st_mtime for file in disk.root.rglob("*.parquet"))
    assert orders.size_bytes == size
    writer = orders.properties.pop("written_by")
    assert writer.startswith("parquet-cpp-arrow version")
    assert orders.properties == {
        "format": "Parquet",
        "place": "shop/orders/",
        "files": 3,
        "bytes": size,
        "newest": dt.datetime.fromtimestamp(newest, dt.UTC).isoformat(timespec="seconds"),
        "partitions": 3,
        "partition_columns": ["year (int64)", "day (date)", "city (string)"],
        "compression": "zstd",
    }
    assert _lines(run) == []


@special
def test_every_type_of_parquet(disk: FolderDisk, lake: LakeGround) -> None:
    kinds: dict[str, tuple[pa.DataType, str]] = {
        "boolean": (pa.bool_(), "boolean"),
        "byte": (pa.uint8(), "integer"),
        "long": (pa.int64(), "integer"),
        "half": (pa.float16(), "float"),
        "double": (pa.float64(), "float"),
        "decimal": (pa.decimal128(38, 9), "decimal"),
        "text": (pa.large_string(), "text"),
        "category": (pa.dictionary(pa.int32(), pa.string()), "text"),
        "bytes": (pa.binary(16), "binary"),
        "day": (pa.date32(), "date"),
        "time": (pa.time64("us"), "time"),
        "stamp": (pa.timestamp("us"), "timestamp"),
        "moment": (pa.timestamp("us", "UTC"), "timestamp_tz"),
        "list": (pa.list_(pa.int32()), "array"),
        "map": (pa.map_(pa.string(), pa.int32()), "map"),
        "struct": (pa.struct([("x", pa.int32())]), "struct"),
        "uuid": (pa.uuid(), "uuid"),
    }
    schema = pa.schema([(name, kind) for name, (kind, _) in kinds.items()])
    disk.put("kinds/all.parquet", parquet(schema.empty_table()))
    harvested(lake.source())
    found = dict(Column.objects.values_list("name", "logical_type"))
    assert found == {name: logical for name, (_, logical) in kinds.items()}
    assert Column.objects.get(name="struct").data_type == "struct<x: int32>"
    assert Column.objects.get(name="decimal").data_type == "decimal128(38, 9)"


CSV = '\ufeffOrder id;Placed;Amount;Paid;Note\n1;2025-01-31;1.50;true;Größe\n2;2025-02-01;;false;"a;b\nc"\n'


@special
@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz"])
def test_delimiter_header_and_types_of_csv_are_found(disk: FolderDisk, lake: LakeGround, name: str) -> None:
    disk.put(f"shop/{name}", gzip.compress(CSV.encode()) if name.endswith("gz") else CSV.encode())
    harvested(lake.source())
    assert _columns("orders") == {
        "Order id": "int64",
        "Placed": "date",
        "Amount": "double",
        "Paid": "bool",
        "Note": "string",
    }
    orders = Asset.objects.get()
    assert (orders.properties["delimiter"], orders.properties["header"], orders.row_estimate) == ("semicolon", True, 2)
    assert orders.properties["place"] == f"shop/{name}"


@special
def test_csv_without_header_gets_names(disk: FolderDisk, lake: LakeGround) -> None:
    disk.put("shop/bare.csv", b"1,ada,2025-01-01T10:00:00Z\n2,bob,2025-01-02T10:00:00Z\n")
    disk.put("shop/twice.tsv", b"id\tname\tname\n1\t007\tb\n")
    harvested(lake.source())
    assert _columns("bare") == {"column_1": "int64", "column_2": "string", "column_3": "timestamp with time zone"}
    assert list(_columns("twice")) == ["column_1", "column_2", "column_3"]


@special
def test_json_lines_lists_and_single_objects(disk: FolderDisk, lake: LakeGround) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "at": "2025-01-31T10:00:00+00:00", "tags": ["a"], "who": {"name": "Ada", "age": 3}, "odd": 1},
        {"id": 2.5, "at": "2025-02-01T10:00:00+00:00", "tags": [], "who": None, "odd": "x", "late": True},
    ]
    disk.put("shop/lines.jsonl.gz", gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    disk.put("shop/list.json", json.dumps(rows, indent=2).encode())
    disk.put("shop/single.json", json.dumps(rows[0]).encode())
    harvested(lake.source())
    shape = {
        "id": "double",
        "at": "timestamp with time zone",
        "tags": "list<string>",
        "who": "struct<name: string, age: int64>",
        "odd": "json",
        "late": "bool",
    }
    assert _columns("lines") == _columns("list") == shape
    assert [Asset.objects.get(name=name).row_estimate for name in ("lines", "list", "single")] == [2, 2, 1]
    logical = dict(Column.objects.filter(asset__name="list").values_list("name", "logical_type"))
    assert logical == {
        "id": "float", "at": "timestamp_tz", "tags": "array", "who": "struct", "odd": "json", "late": "boolean",
    }  # fmt: skip


@special
def test_broken_files_are_named_and_the_others_go_on(disk: FolderDisk, lake: LakeGround) -> None:
    disk.put("shop/bad.parquet", b"PAR1 no parquet at all PAR1")
    disk.put("shop/packed.csv.gz", b"not gzip")
    disk.put("shop/picture.csv", b"\x89PNG\0\0\0")
    disk.put("shop/no.json", b"{nothing")
    disk.put("shop/empty.csv", b"")
    disk.put("shop/good.csv", b"id\n1\n")
    run = harvested(lake.source())
    assert dict(Asset.objects.values_list("name", "column_count")) == {
        "bad": 0, "packed": 0, "picture": 0, "no": 0, "good": 1,
    }  # fmt: skip
    assert _lines(run) == [
        "shop/bad.parquet can't be read: it is no Parquet file, or it was cut off.",
        "shop/no.json can't be read: it is no JSON.",
        "shop/packed.csv.gz can't be read: it can't be unpacked.",
        "shop/picture.csv can't be read: it holds no text.",
    ]


def _deny(monkeypatch: pytest.MonkeyPatch, wanted: str, error: OSError) -> None:
    """The tests may run as root, whom no right stops."""
    open_file = Folder.open

    def closed(self: Folder, path: str) -> IO[bytes]:
        if wanted in path:
            raise error
        return open_file(self, path)

    monkeypatch.setattr(Folder, "open", closed)


@special
def test_files_without_rights_are_named_and_the_others_go_on(
    disk: FolderDisk, lake: LakeGround, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.put("shop/open.csv", b"id\n1\n")
    disk.put("shop/shut.csv", b"id\n1\n")
    _deny(monkeypatch, "shut", PermissionError())
    run = harvested(lake.source())
    assert dict(Asset.objects.values_list("name", "column_count")) == {"open": 1, "shut": 0}
    assert _lines(run) == ["shop/shut.csv can't be read: the portal has no right to it."]


@special
@pytest.mark.parametrize(("error", "code"), [(PermissionError(), "no_rights"), (OSError("stale"), "source_error")])
def test_disk_that_fails_takes_no_columns_away(
    disk: FolderDisk, lake: LakeGround, monkeypatch: pytest.MonkeyPatch, error: OSError, code: str
) -> None:
    disk.put("shop/orders.csv", b"id\n1\n")
    source = lake.source()
    harvested(source)
    disk.put("shop/orders.csv", b"id,name\n1,a\n")
    before = row_versions()
    _deny(monkeypatch, "orders", error)
    assert failed(source).code == code
    assert row_versions() == before


@special
def test_broken_newest_file_leaves_the_word_to_another(disk: FolderDisk, lake: LakeGround) -> None:
    disk.put("shop/orders/part-0.parquet", parquet(pa.table({"id": [1]})))
    disk.put("shop/orders/part-1.parquet", b"cut off")
    run = harvested(lake.source())
    assert _columns("orders") == {"id": "int64"}
    assert _lines(run) == ["shop/orders/part-1.parquet can't be read: it is no Parquet file, or it was cut off."]


@special
def test_files_of_another_shape_are_named(disk: FolderDisk, lake: LakeGround) -> None:
    disk.put("shop/orders/part-0.parquet", parquet(pa.table({"id": ["a"], "old": [1], "kept": [1]})))
    os.utime(disk.root / "shop/orders/part-0.parquet", (1, 1))
    disk.put("shop/orders/part-1.parquet", parquet(pa.table({"id": [1], "new": [1], "kept": [1]})))
    run = harvested(lake.source())
    assert list(_columns("orders")) == ["id", "new", "kept"]
    (said,) = _lines(run)
    assert said.startswith("The columns of shop/orders/part-0.parquet differ from those of the newest file: ")
    assert said.endswith("new missing; old extra; id is string and not int64.")


def _note_calls(monkeypatch: pytest.MonkeyPatch, opened: list[str], listed: list[str]) -> None:
    open_file, list_folder = Folder.open, Folder.entries

    def open_noted(self: Folder, path: str) -> IO[bytes]:
        opened.append(path)
        return open_file(self, path)

    def list_noted(self: Folder) -> Iterator[Entry]:
        listed.append(self.name)
        return list_folder(self)

    monkeypatch.setattr(Folder, "open", open_noted)
    monkeypatch.setattr(Folder, "entries", list_noted)


@special
def test_few_files_of_many_are_opened_and_none_of_what_is_unchanged(
    disk: FolderDisk, lake: LakeGround, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = parquet(pa.table({"id": [1, 2]}))
    for number in range(50):
        disk.put(f"shop/orders/day={number}/part-0.parquet", content)
        disk.put(f"depot/stock/day={number}/part-0.parquet", content)
    opened: list[str] = []
    listed: list[str] = []
    _note_calls(monkeypatch, opened, listed)
    source = lake.source()

    harvested(source)
    assert (len(opened), len(listed)) == (10, 1)
    assert [asset.row_estimate for asset in Asset.objects.all()] == [100, 100]

    opened.clear()
    listed.clear()
    run = harvested(source)
    assert (run.added, run.changed, run.removed) == (0, 0, 0)
    assert (len(opened), len(listed)) == (0, 1)

    disk.put("shop/orders/day=50/part-0.parquet", content)
    harvested(source)
    assert {path.partition("/")[0] for path in opened} == {"shop"}
    assert Asset.objects.get(name="orders").properties["files"] == 51


@special
def test_same_name_in_two_formats_is_told_apart(disk: FolderDisk, lake: LakeGround) -> None:
    disk.put("shop/orders.csv", b"id\n1\n")
    disk.put("shop/orders.parquet", parquet(pa.table({"id": [1]})))
    harvested(lake.source())
    assert {asset.name for asset in Asset.objects.all()} == {"orders (csv)", "orders (parquet)"}


@special
def test_links_lead_nowhere_else(disk: FolderDisk, lake: LakeGround, tmp_path: Path, settings: Settings) -> None:
    settings.FILE_SOURCES = [str(disk.root)]
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("password\nsesame\n")
    disk.put("shop/orders.csv", b"id\n1\n")
    (disk.root / "shop" / "way_out").symlink_to(outside)
    (disk.root / "shop" / "leak.csv").symlink_to(outside / "secret.csv")
    (disk.root / "shop" / "round").symlink_to(disk.root / "shop")
    (disk.root / "shop" / "alias.csv").symlink_to(disk.root / "shop" / "orders.csv")
    harvested(lake.source())
    assert {asset.name for asset in Asset.objects.all()} == {"orders", "alias"}


@special
def test_depth_is_an_option(disk: FolderDisk, lake: LakeGround) -> None:
    disk.put("raw/shop/orders.csv", b"id\n1\n")
    disk.put("notes.csv", b"id\n1\n")
    harvested(lake.source(options={"depth": "2"}))
    assert {schema.name for schema in Schema.objects.all()} == {"raw/shop", "(top)"}


@special
def test_big_text_file_is_never_loaded(disk: FolderDisk, lake: LakeGround) -> None:
    line = "12345,some words,2025-01-01\n"
    disk.put("shop/big.csv", ("id,words,day\n" + line * 200_000).encode())
    disk.put("shop/bomb.csv.gz", gzip.compress(("id\n" + "1\n" * 5_000_000).encode()))
    harvested(lake.source())
    big = Asset.objects.get(name="big")
    assert big.row_estimate == pytest.approx(200_000, rel=0.01)
    assert _columns("big") == {"id": "int64", "words": "string", "day": "date"}
    assert _columns("bomb") == {"id": "int64"}


@special
def test_comments_of_spark_are_kept(disk: FolderDisk, lake: LakeGround) -> None:
    row = {"type": "struct", "fields": [{"name": "id", "type": "long", "metadata": {"comment": "The number"}}]}
    table = pa.table({"id": [1]}).replace_schema_metadata(
        {"org.apache.spark.sql.parquet.row.metadata": json.dumps(row)}
    )
    disk.put("shop/orders.parquet", parquet(table))
    harvested(lake.source())
    assert Column.objects.get(name="id").comment == "The number"


def _commit(*actions: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(action) for action in actions).encode()


@special
def test_delta_table_is_read_by_its_log(disk: FolderDisk, lake: LakeGround) -> None:
    fields = [
        {"name": "id", "type": "long", "nullable": False, "metadata": {"comment": "The number"}},
        {"name": "day", "type": "date", "nullable": True, "metadata": {}},
        {"name": "tags", "type": {"type": "array", "elementType": "string"}, "nullable": True, "metadata": {}},
    ]
    described = {
        "metaData": {
            "description": "What was sold",
            "partitionColumns": ["day"],
            "schemaString": json.dumps({"type": "struct", "fields": fields}),
        }
    }
    disk.put("shop/orders/_delta_log/00000000000000000000.json", _commit({"protocol": {}}, described))
    disk.put("shop/orders/_delta_log/00000000000000000001.json", _commit({"add": {"path": "day=1/x.parquet"}}))
    disk.put("shop/orders/day=2025-01-01/part-0.parquet", parquet(pa.table({"id": [1]})))
    disk.put("shop/broken/_delta_log/00000000000000000000.json", b"{")
    run = harvested(lake.source())
    orders = Asset.objects.get(name="orders")
    assert (orders.comment, orders.kind) == ("What was sold", "data_set")
    assert (orders.properties["format"], orders.properties["version"]) == ("Delta", 1)
    assert (orders.properties["files"], orders.properties["partition_columns"]) == (1, ["day"])
    assert _columns("orders") == {"id": "long", "day": "date", "tags": "array<string>"}
    assert dict(orders.columns.values_list("name", "logical_type")) == {"id": "integer", "day": "date", "tags": "array"}
    assert orders.columns.get(name="id").comment == "The number"
    assert _lines(run) == ["The Delta table shop/broken can't be read: its log is damaged."]


@special
def test_delta_table_is_read_by_its_checkpoint(disk: FolderDisk, lake: LakeGround) -> None:
    schema = json.dumps({"type": "struct", "fields": [{"name": "id", "type": "long", "nullable": True}]})
    said = pa.struct(
        [("description", pa.string()), ("schemaString", pa.string()), ("partitionColumns", pa.list_(pa.string()))]
    )
    table = pa.table(
        {"metaData": pa.array([None, {"description": "", "schemaString": schema, "partitionColumns": []}], said)}
    )
    disk.put("shop/orders/_delta_log/00000000000000000010.checkpoint.parquet", parquet(table))
    disk.put("shop/orders/_delta_log/_last_checkpoint", b"{}")
    disk.put("shop/orders/_delta_log/00000000000000000011.json", _commit({"commitInfo": {}}))
    harvested(lake.source())
    assert _columns("orders") == {"id": "long"}
