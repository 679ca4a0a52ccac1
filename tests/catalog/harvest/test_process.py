"""A harvest finds what is there, tells what changed, and leaves people's words alone."""

from collections.abc import Callable

import pytest

from catalog.assets.models import Asset, Column, Description, Index, Key, Schema, SchemaChange
from catalog.harvest.models import Run
from catalog.sources.models import Source
from portal.kit.models import OutboxMessage
from tests.catalog.harvest.conftest import Warehouse

Harvest = Callable[[Source], Run]
pytestmark = pytest.mark.django_db(transaction=True)

SALES = [
    "CREATE SCHEMA sales",
    "COMMENT ON SCHEMA sales IS 'What we sell'",
    "CREATE TABLE sales.customers (id int PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, born date DEFAULT now())",
    "COMMENT ON TABLE sales.customers IS 'People who buy'",
    "COMMENT ON COLUMN sales.customers.email IS 'Where we write to'",
    """CREATE TABLE sales.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer int REFERENCES sales.customers (id), amount numeric(12,2) CHECK (amount > 0))""",
    "CREATE INDEX orders_by_amount ON sales.orders (customer, (amount * 2))",
    "CREATE VIEW sales.big_orders AS SELECT id, amount FROM sales.orders WHERE amount > 1000",
    "CREATE VIEW sales.broken AS SELECT 1 / (id - id) AS never FROM sales.orders",
    "CREATE MATERIALIZED VIEW sales.daily AS SELECT count(*) FROM sales.orders",
    "CREATE TABLE sales.events (at date NOT NULL, note text) PARTITION BY RANGE (at)",
    "CREATE TABLE sales.events_2025 PARTITION OF sales.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    "INSERT INTO sales.events SELECT '2025-01-01'::date + n, 'x' FROM generate_series(0, 99) AS n",
    "CREATE SCHEMA nothing",
    "ANALYZE",
]


def test_first_harvest_finds_everything(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(*SALES)
    run = harvest_now(warehouse.source())

    assert dict(Asset.objects.values_list("name", "kind")) == {
        "customers": "table",
        "orders": "table",
        "big_orders": "view",
        "broken": "view",
        "daily": "materialized_view",
        "events": "partitioned_table",
    }
    assert (run.added, run.changed, run.removed, run.unchanged) == (6, 0, 0, 0)
    assert {schema.name: schema.comment for schema in Schema.objects.all()} == {
        "sales": "What we sell",
        "nothing": "",
        "public": "standard public schema",
    }
    customers = Asset.objects.get(name="customers")
    assert (customers.comment, customers.column_count) == ("People who buy", 3)
    assert customers.path == f"{run.source.slug}.sales.customers"
    assert customers.labels == ["open", f"asset:{customers.pk}"]
    assert list(
        customers.columns.values_list("position", "name", "data_type", "is_nullable", "default", "comment")
    ) == [
        (1, "id", "integer", False, "", ""),
        (2, "email", "character varying(200)", False, "", "Where we write to"),
        (3, "born", "date", True, "now()", ""),
    ]
    assert Asset.objects.get(name="big_orders").definition.startswith(" SELECT id,")
    assert Asset.objects.get(name="events").row_estimate == 100


def test_keys_and_indexes_name_their_columns(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(*SALES)
    harvest_now(warehouse.source())

    foreign = Key.objects.get(kind="foreign")
    assert (foreign.asset.name, foreign.columns) == ("orders", ["customer"])
    assert (foreign.target_schema, foreign.target_name, foreign.target_columns) == ("sales", "customers", ["id"])
    assert sorted(Key.objects.values_list("asset__name", "kind")) == [
        ("customers", "primary"),
        ("customers", "unique"),
        ("orders", "check"),
        ("orders", "foreign"),
        ("orders", "primary"),
    ]
    assert Index.objects.get(name="orders_by_amount").columns == ["customer", "(amount * 2::numeric)"]


def test_unchanged_source_writes_no_asset_and_no_column(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(*SALES)
    source = warehouse.source()
    harvest_now(source)
    OutboxMessage.objects.all().delete()
    before = _row_versions()

    run = harvest_now(source)

    assert (run.added, run.changed, run.removed, run.unchanged) == (0, 0, 0, 6)
    assert _row_versions() == before
    assert not OutboxMessage.objects.exists()


def _row_versions() -> list[tuple[str, int, str]]:
    """The transaction that last wrote each row: an update with the same values would show."""
    return [
        (model._meta.label, *row)
        for model in (Asset, Column, Key, Index, SchemaChange)
        for row in model.objects.extra(select={"version": "xmin::text"}).values_list("pk", "version").order_by("pk")
    ]


def test_changes_are_told_part_by_part(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(*SALES)
    source = warehouse.source()
    harvest_now(source)
    email = Column.objects.get(name="email")
    SchemaChange.objects.all().delete()

    warehouse.execute(
        "ALTER TABLE sales.customers DROP COLUMN id CASCADE",
        "ALTER TABLE sales.customers ALTER COLUMN email TYPE text, ADD COLUMN city text",
        "DROP VIEW sales.broken",
        "CREATE TABLE sales.returns (id int)",
        "COMMENT ON TABLE sales.customers IS 'Everybody who ever bought'",
    )
    run = harvest_now(source)

    assert (run.added, run.changed, run.removed, run.unchanged) == (1, 2, 1, 3)
    told = SchemaChange.objects.order_by("asset__name", "part", "name")
    assert list(told.values_list("asset__name", "kind", "part", "name", "is_breaking")) == [
        ("broken", "removed", "asset", "broken", True),
        ("customers", "changed", "asset", "customers", False),
        ("customers", "added", "column", "city", False),
        ("customers", "changed", "column", "email", True),
        ("customers", "removed", "column", "id", True),
        ("customers", "removed", "index", "customers_pkey", False),
        ("customers", "removed", "key", "customers_pkey", False),
        ("orders", "removed", "key", "orders_customer_fkey", False),
        ("returns", "added", "asset", "returns", False),
    ]
    retyped = told.get(name="email")
    assert (retyped.before or {})["data_type"] == "character varying(200)"
    assert (retyped.after or {})["data_type"] == "text"
    assert Column.objects.get(name="email").pk == email.pk
    assert Asset.objects.get(name="broken").gone_at is not None
    assert list(Asset.objects.get(name="customers").columns.values_list("name", "position")) == [
        ("email", 1),
        ("born", 2),
        ("city", 3),
    ]
    assert set(OutboxMessage.objects.values_list("key", flat=True)) >= {
        str(pk)
        for pk in Asset.objects.filter(name__in=["broken", "customers", "orders", "returns"]).values_list(
            "pk", flat=True
        )
    }


def test_what_people_wrote_survives(warehouse: Warehouse, harvest_now: Harvest, steward: object) -> None:
    warehouse.execute(*SALES)
    source = warehouse.source()
    harvest_now(source)
    customers = Asset.objects.get(name="customers")
    Asset.objects.filter(pk=customers.pk).update(certification="certified", certification_note="Looked at")
    Description.objects.create(asset=customers, text="Our customers, says a person.")
    Description.objects.create(asset=customers, column_name="email", text="Checked monthly.")

    warehouse.execute("DROP TABLE sales.customers CASCADE")
    harvest_now(source)
    warehouse.execute("CREATE TABLE sales.customers (email text)")
    run = harvest_now(source)

    customers.refresh_from_db()
    assert (run.added, customers.gone_at, customers.certification) == (1, None, "certified")
    assert set(customers.descriptions.values_list("column_name", "text")) == {
        ("", "Our customers, says a person."),
        ("email", "Checked monthly."),
    }
    assert SchemaChange.objects.filter(asset=customers, part="asset", kind="returned").count() == 1


def test_vanished_schema_takes_its_assets_with_it(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(*SALES)
    source = warehouse.source(removal_limit_percent=100)
    harvest_now(source)
    warehouse.execute("DROP SCHEMA sales CASCADE")
    run = harvest_now(source)
    assert run.removed == 6
    assert not Asset.objects.present().exists()
    assert Schema.objects.get(name="sales").gone_at is not None


def test_left_out_schemas_are_not_there(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(*SALES)
    harvest_now(warehouse.source(left_out_schemas="sal*\npublic"))
    assert [schema.name for schema in Schema.objects.all()] == ["nothing"]


def test_odd_names_and_wide_tables(warehouse: Warehouse, harvest_now: Harvest) -> None:
    longest = "n" * 63
    wide = ", ".join(f"c{number} int" for number in range(1600))
    warehouse.execute(
        'CREATE SCHEMA "Ünïcode ""quoted"" schema"',
        'CREATE TABLE "Ünïcode ""quoted"" schema"."Straße 😀 \\ back" ("a ""b"" \'c\'" text, "tab\there" int)',
        f'CREATE TABLE public."{longest}" (id int)',
        f"CREATE TABLE public.wide ({wide})",
    )
    source = warehouse.source()
    harvest_now(source)
    odd = Asset.objects.get(schema__name='Ünïcode "quoted" schema')
    assert odd.name == "Straße 😀 \\ back"
    assert [column.name for column in odd.columns.all()] == ["a \"b\" 'c'", "tab\there"]
    assert Asset.objects.filter(name=longest).exists()
    assert Asset.objects.get(name="wide").columns.count() == 1600
    assert harvest_now(source).unchanged == 3
