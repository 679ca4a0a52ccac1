"""A renamed table is recognised, and keeps what people have said of it once somebody accepts."""

from collections.abc import Callable

import pytest
from guardian.shortcuts import assign_perm

from access.people.models import User
from catalog.assets.models import Asset, Description, Follow, Ownership, Schema, SchemaChange, Visit
from catalog.assets.queries.edits import edits_of
from catalog.harvest.changesets import actions
from catalog.harvest.changesets.renames import deciding
from catalog.harvest.models import Rename, Run
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.kit import clock
from portal.kit.errors import Conflict, NotAllowed, NotFound
from portal.kit.models import OutboxMessage
from tests.catalog.harvest.changesets.conftest import worked
from tests.catalog.harvest.conftest import Warehouse
from tests.factories.catalog import make_domain

Harvest = Callable[[Source], Run]
pytestmark = pytest.mark.django_db(transaction=True)

SHOP = [
    "CREATE SCHEMA shop",
    "CREATE SCHEMA archive",
    "CREATE TABLE shop.customers (id int PRIMARY KEY, email text UNIQUE, born date, city text, loyalty_points int)",
    "CREATE TABLE shop.orders (id int PRIMARY KEY, customer int REFERENCES shop.customers, amount numeric(12,2))",
    "CREATE TABLE shop.parcels (id int PRIMARY KEY, weight_grams int, carrier text, sent_at timestamptz)",
    "CREATE VIEW shop.big AS SELECT id, amount FROM shop.orders WHERE amount > 1000",
    "INSERT INTO shop.customers SELECT n, n || '@shop.example' FROM generate_series(1, 500) AS n",
    "ANALYZE",
]


@pytest.fixture
def shop(warehouse: Warehouse, harvest_now: Harvest) -> Source:
    warehouse.execute(*SHOP)
    source = warehouse.source(removal_limit_percent=100)
    harvest_now(source)
    return source


def offered(run: Run) -> list[tuple[str, str]]:
    rows = Rename.objects.filter(run=run, state="offered").order_by("old_name", "new_name")
    return [(row.old_name.split(".", 1)[-1], row.new_name.split(".", 1)[-1]) for row in rows]


def asset(name: str) -> Asset:
    return Asset.objects.get(name=name)


@pytest.fixture
def renamed(shop: Source, warehouse: Warehouse, harvest_now: Harvest) -> Rename:
    """customers became clients."""
    warehouse.execute("ALTER TABLE shop.customers RENAME TO clients")
    return Rename.objects.get(run=harvest_now(shop))


def test_rename_is_recognised_by_its_signs(renamed: Rename) -> None:
    assert (renamed.old_asset.name, renamed.new_asset and renamed.new_asset.name) == ("customers", "clients")
    assert renamed.score > 0.75
    assert [sign for sign, _ in renamed.evidence] == ["columns", "keys", "rows", "size", "pointed"]
    assert Run.objects.get(pk=renamed.run_id).renamed == 1


@pytest.mark.parametrize(("change", "pair"), [
    ("ALTER TABLE shop.customers SET SCHEMA archive", ("shop.customers", "archive.customers")),
    ("ALTER TABLE shop.parcels RENAME TO shipments", ("shop.parcels", "shop.shipments")),
    ("ALTER VIEW shop.big RENAME TO large_orders", ("shop.big", "shop.large_orders")),
])  # fmt: skip
def test_moves_and_renames_are_offered(
    change: str, pair: tuple[str, str], shop: Source, warehouse: Warehouse, harvest_now: Harvest
) -> None:
    warehouse.execute(change)
    assert offered(harvest_now(shop)) == [pair]


def test_rename_with_a_changed_column_is_still_one(shop: Source, warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute("ALTER TABLE shop.customers RENAME TO crm_customers", "ALTER TABLE shop.crm_customers DROP city")
    assert offered(harvest_now(shop)) == [("shop.customers", "shop.crm_customers")]


def test_unlike_things_are_not_offered(shop: Source, warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute("DROP TABLE shop.parcels", "CREATE TABLE shop.weather (id int, day date, celsius real)")
    run = harvest_now(shop)
    assert (run.added, run.removed, run.renamed, offered(run)) == (1, 1, 0, [])


def test_alternatives_are_offered_together_and_one_settles_the_others(
    shop: Source, warehouse: Warehouse, harvest_now: Harvest, steward: User
) -> None:
    warehouse.execute(
        "DROP TABLE shop.parcels",
        "CREATE TABLE shop.parcels_a (id int PRIMARY KEY, weight_grams int, carrier text, sent_at timestamptz)",
        "CREATE TABLE shop.parcels_b (id int PRIMARY KEY, weight_grams int, carrier text, sent_at timestamptz)",
    )
    run = harvest_now(shop)
    assert offered(run) == [("shop.parcels", "shop.parcels_a"), ("shop.parcels", "shop.parcels_b")]
    assert run.renamed == 1
    deciding.accept(Rename.objects.get(new_name__endswith="parcels_b"), by=steward)
    states = dict(Rename.objects.values_list("new_name", "state"))
    assert {name[-1]: state for name, state in states.items()} == {"a": "settled", "b": "accepted"}
    assert Asset.objects.present().filter(name__startswith="parcels").count() == 2


def test_column_renames_are_offered(shop: Source, warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(
        "ALTER TABLE shop.customers RENAME COLUMN city TO town",
        "ALTER TABLE shop.parcels DROP COLUMN carrier, ADD COLUMN is_late boolean",
    )
    run = harvest_now(shop)
    assert [(row.is_column, row.old_name, row.new_name) for row in Rename.objects.filter(run=run)] == [
        (True, "city", "town")
    ]


def test_nothing_is_lost_when_it_is_accepted(
    renamed: Rename, shop: Source, steward: User, analyst: User, harvest_now: Harvest
) -> None:
    old, new = renamed.old_asset, renamed.new_asset
    assert new
    Description.objects.create(asset=old, text="Everybody who bought", edited_by=steward)
    Description.objects.create(asset=old, column_name="email", text="Checked monthly", edited_by=steward)
    Ownership.objects.create(asset=old, role="owner", person=steward)
    for one in (old, new):
        Follow.objects.create(asset=one, person=analyst)
        Visit.objects.create(asset=one, person=analyst, times=2, last_at=clock.now())
        assign_perm("assets.view_asset", analyst, one)
    assign_perm("assets.view_asset", steward, new)
    Description.objects.create(asset=new, text="Clients of ours", edited_by=analyst)
    Asset.objects.filter(pk=old.pk).update(certification="certified", certification_note="Looked at")
    fresh = Asset.objects.values("fingerprint", "column_count", "row_estimate", "changed_at", "path").get(pk=new.pk)
    columns = list(new.columns.values_list("pk", "name", "position"))
    OutboxMessage.objects.all().delete()

    deciding.accept(renamed, by=steward)

    assert not Asset.objects.filter(pk=new.pk).exists()
    became = Asset.objects.get(pk=old.pk)
    assert (became.name, became.gone_at, became.certification) == ("clients", None, "certified")
    assert became.path.endswith(".shop.clients")
    assert Asset.objects.values(*fresh).get(pk=old.pk) == fresh
    assert list(became.columns.values_list("pk", "name", "position")) == columns
    assert became.labels == ["open", f"asset:{old.pk}"]
    assert dict(became.descriptions.values_list("column_name", "text")) == {
        "": "Clients of ours",  # the newer one
        "email": "Checked monthly",
    }
    assert {edit.after for edit in edits_of(became, 1)} >= {"Everybody who bought", "Clients of ours"}
    assert became.ownerships.get().person == steward
    assert became.follows.get().person == analyst
    assert became.visits.get().times == 4
    assert analyst.has_perm("assets.view_asset", became)
    assert type(steward).objects.get(pk=steward.pk).has_perm("assets.view_asset", became)
    told = SchemaChange.objects.get(run=renamed.run_id, asset=became, part="asset")
    assert (told.kind, told.name, told.is_breaking) == ("renamed", "clients", True)
    assert set(OutboxMessage.objects.values_list("key", flat=True)) == {str(old.pk), str(new.pk)}
    event = Event.objects.get(verb="harvest.rename_accepted")
    assert (event.actor_name, event.object_id, event.details["from_id"]) == (str(steward), str(old.pk), new.pk)
    assert event.details["carried"] == {
        "descriptions": 2, "owners": 1, "followers": 1, "people who looked": 1, "permissions": 1,
    }  # fmt: skip
    run = harvest_now(shop)
    assert (run.added, run.changed, run.removed) == (0, 0, 0)


def test_column_description_moves_with_its_column(
    shop: Source, warehouse: Warehouse, harvest_now: Harvest, steward: User
) -> None:
    customers = asset("customers")
    Description.objects.create(asset=customers, column_name="city", text="Where they live")
    warehouse.execute("ALTER TABLE shop.customers RENAME COLUMN city TO town")
    rename = Rename.objects.get(run=harvest_now(shop))
    deciding.accept(rename, by=steward)
    assert list(customers.descriptions.values_list("column_name", "text")) == [("town", "Where they live")]
    told = SchemaChange.objects.get(run=rename.run_id, asset=customers, part="column")
    assert (told.kind, told.name, told.before) == ("renamed", "town", {"name": "city"})


def test_rejection_moves_nothing(renamed: Rename, steward: User) -> None:
    deciding.reject(renamed, by=steward)
    renamed.refresh_from_db()
    assert (renamed.state, renamed.decided_by) == ("rejected", steward)
    assert asset("customers").gone_at is not None
    assert asset("clients").gone_at is None
    assert Event.objects.get(verb="harvest.rename_rejected").actor_name == str(steward)
    with pytest.raises(Conflict):
        deciding.accept(renamed, by=steward)


@pytest.mark.parametrize("event", ["old is back", "new is gone", "harvest under way"])
def test_what_has_been_overtaken_is_refused(
    event: str, renamed: Rename, shop: Source, warehouse: Warehouse, harvest_now: Harvest, steward: User, engineer: User
) -> None:
    if event == "harvest under way":
        actions.dry_run(shop, by=engineer)
    else:
        warehouse.execute("CREATE TABLE shop.customers (id int)" if event == "old is back" else "DROP VIEW shop.big")
        if event == "new is gone":
            warehouse.execute("ALTER TABLE shop.clients RENAME TO third")
        harvest_now(shop)
        renamed.refresh_from_db()
        assert renamed.state == "settled"
    before = set(Asset.objects.values_list("pk", "name", "gone_at"))
    with pytest.raises(Conflict):
        deciding.accept(renamed, by=steward)
    assert set(Asset.objects.values_list("pk", "name", "gone_at")) == before


def test_who_may_not_review_or_see_both_sides_moves_nothing(
    renamed: Rename, steward: User, analyst: User, officer: User
) -> None:
    hidden = make_domain("Hidden", is_private=True)
    Schema.objects.filter(name="shop").update(domain=hidden)
    Asset.objects.filter(name="customers").update(domain=hidden, labels=[f"domain:{hidden.pk}"])
    for person, refusal in ((analyst, NotAllowed), (officer, NotAllowed), (steward, NotFound)):
        for decide in (deciding.accept, deciding.reject):
            with pytest.raises(refusal):
                decide(renamed, by=person)
    renamed.refresh_from_db()
    assert (renamed.state, asset("customers").gone_at is None) == ("offered", False)


@pytest.mark.parametrize("side", ["old", "new"])
def test_accepting_never_opens_what_was_closed(side: str, renamed: Rename, admin: User) -> None:
    hidden = make_domain("Hidden", is_private=True)
    closed = renamed.old_asset if side == "old" else renamed.new_asset
    assert closed
    Asset.objects.filter(pk=closed.pk).update(domain=hidden, has_own_domain=True)
    became = deciding.accept(renamed, by=admin)
    became.refresh_from_db()
    assert (became.domain, became.labels) == (hidden, [f"domain:{hidden.pk}", f"asset:{became.pk}"])


def test_accepted_rename_stands_in_the_way_of_an_undo(renamed: Rename, steward: User) -> None:
    deciding.accept(renamed, by=steward)
    with pytest.raises(Conflict, match="rename was accepted"):
        actions.undo(Run.objects.get(pk=renamed.run_id), by=steward, reason="x")


def test_undone_run_withdraws_its_offers(renamed: Rename, steward: User) -> None:
    worked(actions.undo(Run.objects.get(pk=renamed.run_id), by=steward, reason="x"))
    renamed.refresh_from_db()
    assert (renamed.state, renamed.new_asset) == ("settled", None)


def test_generated_tables_of_one_shape_meet_by_name(warehouse: Warehouse, harvest_now: Harvest) -> None:
    loop = "DO $$ BEGIN FOR n IN 1..150 LOOP EXECUTE format('{0}', n, n); EXECUTE format('{1}', n, n); END LOOP; END $$"
    make = "CREATE TABLE {}.part_%s (id int, x text, y text)"
    rename = "ALTER TABLE {}.part_%s RENAME TO moved_part_%s"
    schemas = ("north", "south")
    warehouse.execute(*(f"CREATE SCHEMA {schema}" for schema in schemas))
    warehouse.execute(loop.format(*map(make.format, schemas)))
    source = warehouse.source(removal_limit_percent=100)
    harvest_now(source)
    warehouse.execute(loop.format(*map(rename.format, schemas)))
    run = harvest_now(source)
    assert set(offered(run)) == {
        (f"{schema}.part_{n}", f"{schema}.moved_part_{n}") for schema in schemas for n in range(1, 151)
    }
    assert run.renamed == 300


def test_tables_of_one_shape_and_no_likeness_are_not_paired(warehouse: Warehouse, harvest_now: Harvest) -> None:
    """Fifty went, fifty came, all of one shape: what could be anything is not offered."""
    loop = "DO $$ BEGIN FOR n IN 1..50 LOOP EXECUTE format('{0}', md5('{1}' || n)); END LOOP; END $$"
    warehouse.execute(loop.format('CREATE TABLE "%s" (id int, x text, y text)', "a"))
    source = warehouse.source(removal_limit_percent=100)
    harvest_now(source)
    warehouse.execute(
        loop.format('DROP TABLE "%s"', "a"), loop.format('CREATE TABLE "%s" (id int, x text, y text)', "b")
    )
    run = harvest_now(source)
    assert (run.added, run.removed, run.renamed) == (50, 50, 0)
