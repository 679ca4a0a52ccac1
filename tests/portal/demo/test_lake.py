"""The lake of the demo: built once, with answers known from the real data, and changed as people change such things."""

import sqlite3
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from portal.demo.lake import Places, build, is_built
from portal.demo.lake.lab import tidy_lab
from portal.demo.lake.lakehouse import NAME
from portal.demo.lake.tills import clear_archive


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Places:
    places = Places(tmp_path_factory.mktemp("demo") / "lake")
    assert not is_built(places)
    build(places)
    return places


def tables(file: Path) -> set[str]:
    with sqlite3.connect(file) as archive:
        return {name for (name,) in archive.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}


def test_landed_files_hold_the_flights_of_2013_and_transit_since_2001(lake: Places) -> None:
    assert is_built(lake)
    flights = ds.dataset(lake.landing / "airport" / "flights", partitioning="hive")
    assert (flights.count_rows(), len(flights.files)) == (336_776, 12)
    ridership = ds.dataset(lake.landing / "transit" / "ridership", partitioning="hive")
    assert (ridership.count_rows(), len(ridership.files)) == (5_698, 16)
    assert {file.name for file in (lake.landing / "airport").iterdir()} == {
        "_tmp", "airlines.jsonl", "flights", "planes.csv.gz", "weather.csv",
    }  # fmt: skip


def test_lakehouse_has_two_snapshots_of_the_weather(lake: Places) -> None:
    table = SqlCatalog(NAME, uri=f"sqlite:///{lake.lakehouse_catalog}").load_table("observations.weather_hourly")
    assert table.scan().count() == 26_115
    assert len(table.snapshots()) == 2
    assert [field.name for field in table.spec().fields] == ["origin"]


def test_clearing_the_archive_leaves_the_menu_alone(lake: Places) -> None:
    before = tables(lake.tills)
    assert len(before) == 10
    for _ in range(2):
        clear_archive(lake.tills)
        assert tables(lake.tills) == {"pizzas"}


def test_tidying_the_laboratory_renames_its_training_set(lake: Places) -> None:
    for _ in range(2):
        tidy_lab(lake.lab)
        with duckdb.connect(str(lake.lab), read_only=True) as lab:
            found = lab.execute("SELECT table_name, estimated_size FROM duckdb_tables() ORDER BY 1").fetchall()
        assert found == [("credit_training_set", 4454), ("loans_sample", 9857), ("runs", 2)]
