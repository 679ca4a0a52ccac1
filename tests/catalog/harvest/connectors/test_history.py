"""From which day to which the data goes: by what sources know of themselves, without reading a row."""

import datetime as dt
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pytest_django import Settings

from catalog.assets.models import Asset
from catalog.harvest.connectors.history import span_of
from catalog.sources.credentials import encrypt
from portal.kit.models import OutboxMessage
from tests.catalog.harvest.conftest import Warehouse, harvested
from tests.catalog.harvest.connectors.harvests import row_versions
from tests.catalog.harvest.connectors.lakes import FolderDisk, LakeGround, parquet

needs_database = pytest.mark.django_db(transaction=True)


def _history(name: str) -> tuple[date | None, date | None]:
    asset = Asset.objects.get(name=name)
    return asset.history_from, asset.history_to


def test_unbelievable_days_and_other_things_are_passed_over() -> None:
    values = [date(1, 1, 1), dt.datetime(2016, 12, 31, 23, 59, tzinfo=dt.UTC), date(9999, 12, 31), "2030", 7, None]
    assert span_of([*values, date(2012, 1, 3)]) == (date(2012, 1, 3), date(2016, 12, 31))
    assert span_of(values[:1]) == (None, None)


@needs_database
def test_postgresql_tells_it_by_its_statistics(warehouse: Warehouse) -> None:
    warehouse.execute(
        "CREATE TABLE orders (id int, at timestamptz, day date, until timestamp)",
        """INSERT INTO orders SELECT n, '2012-01-03 12:00+00'::timestamptz + n * interval '1 day', '0044-03-15 BC',
            'infinity' FROM generate_series(0, 1824) AS n""",
        "CREATE TABLE odd (day date, at timestamp)",
        "INSERT INTO odd VALUES ('1899-12-31', '9999-12-31'), ('2101-01-01', '20000-01-01'), ('infinity', NULL)",
        "CREATE TABLE plain (id int)",
        "CREATE TABLE days (day date) PARTITION BY RANGE (day)",
        "CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
        "CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
        "INSERT INTO days VALUES ('2020-02-29'), ('2020-02-29'), ('2021-06-01'), ('2021-06-01')",
    )
    source = warehouse.source()
    harvested(source)
    assert _history("orders") == (None, None)

    warehouse.execute("ANALYZE")
    harvested(source)
    assert _history("orders") == (date(2012, 1, 3), date(2016, 12, 31))
    assert _history("days") == (date(2020, 2, 29), date(2021, 6, 1))
    assert (_history("odd"), _history("plain")) == ((None, None), (None, None))


@needs_database
def test_unchanged_statistics_write_nothing_and_new_ones_tell_search(warehouse: Warehouse) -> None:
    warehouse.execute("CREATE TABLE orders (day date)", "INSERT INTO orders VALUES ('2020-01-01'), ('2020-01-01')")
    source = warehouse.source()
    harvested(source)
    OutboxMessage.objects.all().delete()
    warehouse.execute("ANALYZE orders")
    run = harvested(source)
    assert (run.changed, run.unchanged) == (0, 1)
    assert OutboxMessage.objects.filter(topic="asset.changed").count() == 1

    OutboxMessage.objects.all().delete()
    before = row_versions()
    harvested(source)
    assert row_versions() == before
    assert not OutboxMessage.objects.filter(topic="asset.changed").exists()


@needs_database
def test_what_the_account_may_not_read_it_does_not_learn(warehouse: Warehouse) -> None:
    role = f"{warehouse.name}_reader"
    warehouse.execute(
        "CREATE TABLE told (day date)",
        "CREATE TABLE secret (day date)",
        "INSERT INTO told VALUES ('2020-01-01'), ('2020-01-01')",
        "INSERT INTO secret VALUES ('2020-01-01'), ('2020-01-01')",
        "ANALYZE",
        f"CREATE ROLE {role} LOGIN PASSWORD 'reads'",
        f"GRANT SELECT ON told TO {role}",
    )
    try:
        harvested(warehouse.source(username=role, password_encrypted=encrypt("reads")))
        assert _history("told") == (date(2020, 1, 1), date(2020, 1, 1))
        assert _history("secret") == (None, None)
    finally:
        warehouse.execute(f"REVOKE ALL ON told FROM {role}", f"DROP ROLE {role}")


@needs_database
def test_files_tell_it_by_footers_and_folders(tmp_path: Path, settings: Settings) -> None:
    settings.FILE_SOURCES = [str(tmp_path)]
    disk = FolderDisk(tmp_path / "lake")
    rows = pa.table(
        {
            "id": [1, 2],
            "day": pa.array([date(2015, 5, 1), date(2019, 5, 1)]),
            "at": pa.array([dt.datetime(2014, 1, 2, tzinfo=dt.UTC), None], pa.timestamp("us", tz="UTC")),
        }
    )
    disk.put("shop/orders/part-0.parquet", parquet(rows))
    disk.put("shop/bare/part-0.parquet", parquet(rows.select(["id"])))
    for day in ("2024-12-31", "2025-01-02", "2025-01-01"):
        disk.put(f"shop/visits/day={day}/part-0.parquet", parquet(rows.select(["id"])))
    harvested(LakeGround(disk, "files").source())
    assert _history("orders") == (date(2014, 1, 2), date(2019, 5, 1))
    assert _history("bare") == (None, None)
    assert _history("visits") == (date(2024, 12, 31), date(2025, 1, 2))
