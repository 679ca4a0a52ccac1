"""References in both directions. What is hidden is not named."""

import pytest

from access.people.models import User
from catalog.assets.models import Asset, Key, SchemaChange
from catalog.assets.queries.changes import changes_of, news
from catalog.assets.queries.keys import hidden_names, referenced_by, references, words_of
from catalog.assets.queries.marks import marks_by_column
from portal.kit import clock
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders() -> Asset:
    """Return orders, which refers to open customers, to private patients, and to a table nobody harvested."""
    source = make_source()
    sales = make_schema("sales", source=source)
    health = make_schema("health", source=source, domain=make_domain("Health", is_private=True))
    orders = make_asset("orders", schema=sales, columns=["customer_id", "patient_id", "code"])
    make_asset("customers", schema=sales)
    make_asset("patients", schema=health)
    for column, schema, name in (
        ("customer_id", "sales", "customers"),
        ("patient_id", "health", "patients"),
        ("code", "left_out", "codes"),
    ):
        Key.objects.create(
            asset=orders,
            kind="foreign",
            name=f"orders_{name}_fkey",
            columns=[column],
            target_schema=schema,
            target_name=name,
            target_columns=["id"],
            definition=f"FOREIGN KEY ({column}) REFERENCES {schema}.{name}(id)",
        )
    return orders


def test_targets_out_of_sight_are_not_named(orders: Asset, analyst: User, officer: User) -> None:
    for_analyst = {one.columns[0]: one for one in references(analyst, orders, orders.keys.all())}
    assert str(for_analyst["customer_id"].other) == orders.path.replace("orders", "customers")
    for column in ("patient_id", "code"):
        assert for_analyst[column].is_hidden
        assert (for_analyst[column].key_name, for_analyst[column].other_columns) == ("", [])
    for_officer = {one.columns[0]: one for one in references(officer, orders, orders.keys.all())}
    assert str(for_officer["patient_id"].other).endswith("health.patients")
    assert for_officer["code"].outside == "left_out.codes"


def test_hidden_tables_are_not_among_those_that_refer(orders: Asset, analyst: User, officer: User) -> None:
    customers = Asset.objects.get(name="customers")
    patients = Asset.objects.get(name="patients")
    Key.objects.create(
        asset=patients, kind="foreign", name="p", columns=["c"], target_schema="sales", target_name="customers"
    )
    assert [one.other.name for one in referenced_by(analyst, customers) if one.other] == ["orders"]
    assert [one.other.name for one in referenced_by(officer, customers) if one.other] == ["patients", "orders"]


def test_another_source_with_the_same_names_is_not_meant(orders: Asset, analyst: User) -> None:
    twin = make_asset("customers", schema=make_schema("sales", source=make_source()))
    assert referenced_by(analyst, twin) == []
    assert twin not in [one.other for one in references(analyst, orders, orders.keys.all())]


def test_marks_lead_only_to_what_is_visible(orders: Asset, analyst: User) -> None:
    Key.objects.create(asset=orders, kind="primary", name="pk", columns=["code"])
    keys = list(orders.keys.all())
    marks = marks_by_column(keys, references(analyst, orders, keys), [])
    assert [(mark.text, mark.meaning) for mark in marks["patient_id"]] == [("FK", "Refers to a table you can't see")]
    assert [mark.text for mark in marks["code"]] == ["PK", "FK"]
    assert marks["customer_id"][0].target == Asset.objects.get(name="customers")


def test_queries_that_name_hidden_tables_are_noticed(orders: Asset, analyst: User, officer: User) -> None:
    query = 'SELECT * FROM health.patients JOIN "sales"."orders" USING (id)'
    assert words_of(query) >= {"patients", "orders", "health"}
    assert hidden_names(analyst, orders, query) == {"patients"}
    assert hidden_names(officer, orders, query) == set()
    assert hidden_names(analyst, orders, "SELECT 1 FROM sales.customers") == set()


def test_history_does_not_betray_a_hidden_target(orders: Asset, analyst: User, officer: User) -> None:
    now = clock.now()
    pointing = {"target_schema": "health", "target_name": "patients", "definition": "REFERENCES health.patients(id)"}
    SchemaChange.objects.create(
        asset=orders, run=1, kind="added", part="key", name="orders_patients_fkey", after=pointing, seen_at=now
    )
    SchemaChange.objects.create(
        asset=orders,
        run=1,
        kind="changed",
        part="asset",
        name="orders",
        before={"definition": "SELECT 1", "comment": "old"},
        after={"definition": "SELECT 1 FROM health.patients", "comment": "new"},
        seen_at=now,
    )
    told = str(
        [(one.change.name, one.before, one.after) for run in changes_of(analyst, orders, 1) for one in run.changes]
    )
    assert "patients" not in told
    assert "'comment': 'new'" in told
    known = str([(one.change.name, one.after) for run in changes_of(officer, orders, 1) for one in run.changes])
    assert "orders_patients_fkey" in known


def test_news_gather_a_run_and_leave_out_what_is_hidden(analyst: User, officer: User) -> None:
    source = make_source("Company")
    sales = make_schema("sales", source=source)
    hidden = make_schema("health", source=source, domain=make_domain(is_private=True))
    now = clock.now()
    for schema, number in ((sales, 5), (hidden, 2)):
        for _ in range(number):
            asset = make_asset(schema=schema)
            SchemaChange.objects.create(
                asset=asset, run=7, kind="added", part="asset", name=asset.name, after={}, seen_at=now
            )
    changed = sales.assets.order_by("pk")[0]
    SchemaChange.objects.create(
        asset=changed, run=8, kind="removed", part="column", name="x", before={}, seen_at=now, is_breaking=True
    )
    told = [(one.run, one.place, one.added, one.changed, one.is_breaking, one.others) for one in news(analyst)]
    assert told == [(8, "Company / sales", 0, 1, True, 0), (7, "Company / sales", 5, 0, False, 2)]
    assert {one.place for one in news(officer)} == {"Company / sales", "Company / health"}
