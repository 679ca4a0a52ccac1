"""The footprint of a PostgreSQL catalog moves with everything that a harvest reads, and with little else."""

from collections.abc import Callable

import psycopg
import pytest

from catalog.assets.models import Asset, Schema
from catalog.harvest.connectors import Scope
from catalog.harvest.connectors.footprint import FOOTPRINT
from catalog.harvest.models import Run
from catalog.sources.models import Source
from tests.catalog.harvest.conftest import Warehouse
from tests.catalog.harvest.connectors import reader

pytestmark = pytest.mark.django_db(transaction=True)
Harvest = Callable[[Source], Run]

GROUND = (
    "CREATE SCHEMA shop",
    "CREATE SCHEMA other",
    "CREATE TYPE shop.mood AS ENUM ('fine')",
    "CREATE FUNCTION shop.twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * a'",
    "CREATE TABLE other.kinds (id int PRIMARY KEY)",
    """CREATE TABLE shop.orders (id int PRIMARY KEY, kind int REFERENCES other.kinds, mood shop.mood,
        note text DEFAULT 'x')""",
    "CREATE INDEX orders_note ON shop.orders (note)",
    "CREATE VIEW shop.notes AS SELECT note, shop.twice(id) FROM shop.orders",
    "CREATE TABLE shop.days (day date) PARTITION BY RANGE (day)",
)


@pytest.fixture
def ground(warehouse: Warehouse) -> Warehouse:
    warehouse.execute(*GROUND)
    return warehouse


def _footprint(warehouse: Warehouse) -> str:
    with psycopg.connect(warehouse.url) as session:
        row = session.execute(FOOTPRINT.encode()).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE shop.more (id int)",
        "DROP VIEW shop.notes",
        "CREATE SCHEMA third",
        "ALTER TABLE shop.orders ADD COLUMN more int",
        "ALTER TABLE shop.orders DROP COLUMN kind",
        "ALTER TABLE shop.orders RENAME COLUMN note TO remark",
        "ALTER TABLE shop.orders ALTER COLUMN kind TYPE bigint",
        "ALTER TABLE shop.orders ALTER COLUMN note SET DEFAULT 'y'",
        "ALTER TABLE shop.orders ALTER COLUMN note SET NOT NULL",
        "ALTER TABLE other.kinds RENAME TO sorts",
        "ALTER TABLE shop.orders SET SCHEMA other",
        "ALTER TABLE shop.orders ADD CHECK (id > 0)",
        "ALTER TABLE shop.orders RENAME CONSTRAINT orders_pkey TO orders_key",
        "ALTER INDEX shop.orders_note RENAME TO orders_remark",
        "DROP INDEX shop.orders_note",
        "CREATE OR REPLACE VIEW shop.notes AS SELECT note, shop.twice(id + 1) FROM shop.orders",
        "ALTER FUNCTION shop.twice RENAME TO double",
        "ALTER TYPE shop.mood RENAME TO temper",
        "COMMENT ON TABLE shop.orders IS 'What was ordered'",
        "COMMENT ON COLUMN shop.orders.note IS 'What was said'",
        "COMMENT ON SCHEMA shop IS 'Everything sold'",
        "ALTER SCHEMA other RENAME TO another",
        "CREATE TABLE shop.today PARTITION OF shop.days FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
    ],
)
def test_it_moves_with_every_change_of_shape(ground: Warehouse, change: str) -> None:
    before = _footprint(ground)
    ground.execute(change)
    assert _footprint(ground) != before


@pytest.mark.parametrize(
    "work",
    [
        "INSERT INTO other.kinds SELECT generate_series(1, 1000)",
        "TRUNCATE other.kinds CASCADE",
        "ANALYZE",
        "VACUUM FREEZE",
        "GRANT SELECT ON shop.orders TO PUBLIC",
        "CREATE TEMP TABLE passing (id int PRIMARY KEY, note text DEFAULT 'x')",
    ],
)
def test_it_stays_while_only_rows_and_rights_move(ground: Warehouse, work: str) -> None:
    before = _footprint(ground)
    with psycopg.connect(ground.url, autocommit=True) as session:  # open meanwhile, for the temporary table's sake
        session.execute(work.encode())
        assert _footprint(ground) == before


def test_catalog_with_a_known_footprint_is_listed_for_its_vitals_alone(ground: Warehouse, harvest_now: Harvest) -> None:
    source = ground.source()
    first = harvest_now(source)
    prints = set(Schema.objects.filter(source=source).values_list("fingerprint", flat=True))
    assert prints == {_footprint(ground)}
    before = dict(Asset.objects.values_list("path", "fingerprint"))
    ground.execute("INSERT INTO other.kinds VALUES (1)", "ANALYZE other.kinds")
    again = harvest_now(source)
    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, first.added)
    assert dict(Asset.objects.values_list("path", "fingerprint")) == before
    kinds = Asset.objects.get(name="kinds")
    assert (kinds.row_estimate, kinds.write_count) == (1, 1)


def test_what_changed_in_one_schema_only_is_all_that_changes(ground: Warehouse, harvest_now: Harvest) -> None:
    source = ground.source()
    harvest_now(source)
    ground.execute("ALTER TABLE shop.orders ADD COLUMN more int")
    run = harvest_now(source)
    assert (run.added, run.changed, run.removed) == (0, 1, 0)
    assert harvest_now(source).unchanged == run.changed + run.unchanged


def test_asset_that_is_missing_here_is_read_although_nothing_moved(ground: Warehouse, harvest_now: Harvest) -> None:
    source = ground.source()
    harvest_now(source)
    Asset.objects.get(name="orders").delete()
    run = harvest_now(source)
    assert (run.added, run.changed, run.removed) == (1, 0, 0)
    assert Asset.objects.get(name="orders").column_count == 4


def test_scope_decides_what_must_be_known(ground: Warehouse) -> None:
    source = ground.source()
    print_ = _footprint(ground)
    _, listed = reader.overview(source, Scope(known={"shop": print_}, only=["shop"]))
    assert {row["fingerprint"] for row in listed} == {None}
    _, listed = reader.overview(source, Scope(known={"shop": print_}))
    assert None not in {row["fingerprint"] for row in listed}
