"""Which data set a path belongs to."""

import pytest

from catalog.harvest.connectors.files.layout import TOP, spot_of


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("sales/orders.csv", ("sales", "orders", "csv", "")),
        ("sales/orders.csv.gz", ("sales", "orders", "csv", "gzip")),
        ("sales/orders.tsv", ("sales", "orders", "csv", "")),
        ("sales/orders.jsonl.gz", ("sales", "orders", "json", "gzip")),
        ("sales/orders.snappy.parquet", ("sales", "orders", "parquet", "")),
        ("sales/orders/part-00001-4f1c2d3e-0000-4000-8000-000000000001-c000.snappy.parquet",
         ("sales", "orders", "parquet", "")),
        ("sales/orders_2025-01-31.csv", ("sales", "orders", "csv", "")),
        ("sales/orders-20250131.csv", ("sales", "orders", "csv", "")),
        ("sales/orders_20250131T101500Z.csv", ("sales", "orders", "csv", "")),
        ("sales/orders_2025-01.eu.csv", ("sales", "orders.eu", "csv", "")),
        ("sales/2025-01.csv", ("sales", "sales", "csv", "")),
        ("sales/orders/2025/01/orders.csv", ("sales", "orders", "csv", "")),
        ("sales/orders/2025/01/31.json", ("sales", "orders", "json", "")),
        ("sales/orders_12.csv", ("sales", "orders", "csv", "")),
        ("sales/iso_3166.csv", ("sales", "iso_3166", "csv", "")),
        ("sales/covid19.csv", ("sales", "covid19", "csv", "")),
        ("sales/eu/orders/data.csv", ("sales", "eu/orders", "csv", "")),
        ("sales/eu/orders.csv", ("sales", "eu/orders", "csv", "")),
        ("orders.csv", (TOP, "orders", "csv", "")),
        ("2025/orders.csv", (TOP, "orders", "csv", "")),
        ("data.csv", (TOP, "lake", "csv", "")),
    ],
)  # fmt: skip
def test_plain_files(path: str, found: tuple[str, str, str, str]) -> None:
    spot = spot_of(path, depth=1, root="lake")
    assert spot is not None
    assert (spot.schema, spot.name, spot.format, spot.compression) == found
    assert spot.partitions == ()


@pytest.mark.parametrize(
    ("path", "schema", "name", "partitions"),
    [
        ("sales/orders/year=2025/month=01/part-0.parquet", "sales", "orders", (("year", "2025"), ("month", "01"))),
        ("sales/orders/year=2025/any name.parquet", "sales", "orders", (("year", "2025"),)),
        ("sales/year=2025/x.parquet", "sales", "sales", (("year", "2025"),)),
        ("year=2025/x.parquet", TOP, "lake", (("year", "2025"),)),
        ("sales/orders/city=S%C3%A3o%20Paulo/x.parquet", "sales", "orders", (("city", "São Paulo"),)),
        ("sales/orders/_day=1/x.parquet", "sales", "orders", (("_day", "1"),)),
    ],
)
def test_partitions(path: str, schema: str, name: str, partitions: tuple[tuple[str, str], ...]) -> None:
    spot = spot_of(path, depth=1, root="lake")
    assert spot is not None
    assert (spot.schema, spot.name, spot.partitions) == (schema, name, partitions)


@pytest.mark.parametrize(
    "path",
    [
        "sales/_SUCCESS",
        "sales/.hidden.csv",
        "sales/_tmp/part-0.parquet",
        "sales/.spark/part-0.parquet",
        "sales/part-0.parquet.crc",
        "sales/orders.csv.tmp",
        "sales/orders.csv~",
        "sales/readme.md",
        "sales/orders.parquet.gz",
        "sales/noending",
        "sales/csv",
        ".csv",
    ],
)
def test_what_is_no_data(path: str) -> None:
    assert spot_of(path, depth=1, root="lake") is None


def test_depth_makes_the_schema() -> None:
    path = "raw/shop/orders/part-1.parquet"
    spots = [spot_of(path, depth=depth, root="lake") for depth in range(4)]
    assert [(spot.schema, spot.name) for spot in spots if spot] == [
        (TOP, "raw/shop/orders"),
        ("raw", "shop/orders"),
        ("raw/shop", "orders"),
        ("raw/shop/orders", "orders"),
    ]


def test_log_of_a_delta_table_names_the_table() -> None:
    path = "_delta_log/00000000000000000000.json"
    spots = [spot_of(place + path, depth=1, root="lake") for place in ("sales/orders/", "orders/", "")]
    assert [(spot.schema, spot.name, spot.format, spot.folder) for spot in spots if spot] == [
        ("sales", "orders", "delta", "sales/orders"),
        (TOP, "orders", "delta", "orders"),
        (TOP, "lake", "delta", ""),
    ]
