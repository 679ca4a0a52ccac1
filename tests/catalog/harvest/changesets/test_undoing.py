"""An undo restores the catalog exactly as it was, or refuses in words."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from access.people.models import User
from catalog.assets.models import Asset, Description, Follow, Schema, SchemaChange
from catalog.harvest.changesets import actions, journal
from catalog.harvest.models import Before, Run, SchemaBefore
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed
from portal.kit.models import OutboxMessage
from tests.catalog.harvest.changesets.conftest import drop, facts, undone, worked
from tests.catalog.harvest.conftest import Warehouse

Harvest = Callable[[Source], Run]
pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [
    "CREATE SCHEMA sales",
    "CREATE SCHEMA old",
    "CREATE SCHEMA movable",
    "COMMENT ON SCHEMA sales IS 'What we sell'",
    "CREATE TABLE sales.customers (id int PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, born date DEFAULT now())",
    "CREATE TABLE sales.orders (id int PRIMARY KEY, customer int REFERENCES sales.customers, amount numeric(12,2))",
    "CREATE INDEX by_amount ON sales.orders (amount)",
    "CREATE VIEW sales.big AS SELECT id, amount FROM sales.orders WHERE amount > 1000",
    "CREATE TABLE sales.quiet (id int)",
    "CREATE TABLE sales.comes_back (id int, was text)",
    "CREATE TABLE old.gone_with_it (id int PRIMARY KEY, name text)",
    "CREATE TABLE movable.thing (id int PRIMARY KEY, title text)",
]
AFTER = [
    "ALTER TABLE sales.customers DROP COLUMN born, ADD COLUMN city text, ALTER COLUMN email TYPE text",
    "ALTER TABLE sales.customers ADD COLUMN born timestamptz",
    "COMMENT ON TABLE sales.customers IS 'Everybody'",
    "COMMENT ON SCHEMA sales IS 'Sold'",
    "DROP INDEX sales.by_amount",
    "ALTER TABLE sales.orders DROP CONSTRAINT orders_customer_fkey",
    "DROP VIEW sales.big",
    "CREATE TABLE sales.comes_back (id bigint, fresh text)",
    "CREATE TABLE sales.brand_new (id int PRIMARY KEY)",
    "DROP SCHEMA old CASCADE",
    "CREATE SCHEMA fresh",
    "CREATE TABLE fresh.one (id int)",
    "ALTER TABLE movable.thing SET SCHEMA fresh",
    "INSERT INTO sales.quiet SELECT generate_series(1, 1000)",
    "ANALYZE",
]


@pytest.fixture
def changed(warehouse: Warehouse, harvest_now: Harvest) -> tuple[Run, dict[str, list[str]]]:
    """A source with everything that can happen in a run; returns the run and the facts before it."""
    warehouse.execute(*BEFORE)
    source = warehouse.source(removal_limit_percent=100)
    harvest_now(source)
    warehouse.execute("DROP TABLE sales.comes_back")
    harvest_now(source)
    before = facts()
    warehouse.execute(*AFTER)
    run = harvest_now(source)
    assert facts() != before
    assert (run.outcome, run.has_journal) == ("applied", True)
    return run, before


def test_everything_is_as_it_was(changed: tuple[Run, dict[str, list[str]]], steward: User) -> None:
    run, before = changed
    OutboxMessage.objects.all().delete()
    touched = set(SchemaChange.objects.filter(run=run.pk).values_list("asset", flat=True))

    undo = undone(run, steward)

    assert (undo.job.state, undo.job.error_message) == ("succeeded", "")
    assert facts() == before
    assert Run.objects.get(pk=run.pk).outcome == "undone"
    assert (undo.kind, undo.outcome) == ("undo", "applied")
    assert {int(key) for key in OutboxMessage.objects.values_list("key", flat=True)} == touched
    assert Source.objects.get().needs_review
    assert not Before.objects.filter(run=run).exists()
    assert not SchemaBefore.objects.filter(run=run).exists()
    event = Event.objects.get(verb="harvest.undone")
    assert (event.actor_name, event.reason, event.details["undone"]) == (str(steward), "It was a mistake.", run.pk)


def test_history_tells_the_inverse(changed: tuple[Run, dict[str, list[str]]], steward: User) -> None:
    run, _ = changed
    undo = undone(run, steward)
    told = SchemaChange.objects.filter(run=undo.pk).order_by("asset__path", "part", "name")
    rows = list(told.values_list("asset__name", "kind", "part", "name", "is_breaking"))
    assert rows == [
        ("thing", "returned", "asset", "thing", False),
        ("gone_with_it", "returned", "asset", "gone_with_it", False),
        ("big", "returned", "asset", "big", False),
        ("comes_back", "removed", "asset", "comes_back", True),
        ("comes_back", "removed", "column", "fresh", True),
        ("comes_back", "changed", "column", "id", True),
        ("comes_back", "added", "column", "was", False),
        ("customers", "changed", "asset", "customers", False),
        ("customers", "changed", "column", "born", True),
        ("customers", "removed", "column", "city", True),
        ("customers", "changed", "column", "email", True),
        ("orders", "added", "index", "by_amount", False),
        ("orders", "added", "key", "orders_customer_fkey", False),
    ]


def test_next_run_is_held_and_not_done_again(
    changed: tuple[Run, dict[str, list[str]]], steward: User, harvest_now: Harvest
) -> None:
    run, before = changed
    undone(run, steward)
    held = harvest_now(run.source)
    assert held.outcome == "held"
    assert "was undone" in held.held_because
    assert facts() == before


def test_runs_are_undone_backwards(ten: Source, warehouse: Warehouse, steward: User, harvest_now: Harvest) -> None:
    start = facts()
    warehouse.execute("ALTER TABLE t1 ADD COLUMN more text")
    first = harvest_now(ten)
    middle = facts()
    warehouse.execute("ALTER TABLE t1 ADD COLUMN even_more text", "DROP TABLE t2")
    second = harvest_now(ten)
    with pytest.raises(Conflict, match=f"Run {second.pk} has changed the source since"):
        actions.undo(first, by=steward, reason="x")
    undone(second, steward)
    assert facts() == middle
    undone(first, steward)
    assert facts() == start
    with pytest.raises(Conflict, match="undone already"):
        actions.undo(first, by=steward, reason="x")


def test_run_without_changes_stands_in_nobodys_way(
    ten: Source, warehouse: Warehouse, steward: User, harvest_now: Harvest
) -> None:
    start = facts()
    warehouse.execute("DROP TABLE t2")
    run = harvest_now(ten)
    idle = harvest_now(ten)
    assert not idle.has_journal
    with pytest.raises(Conflict, match="nothing to undo"):
        actions.undo(idle, by=steward, reason="x")
    undone(run, steward)
    assert facts() == start


def test_what_people_have_touched_is_kept_as_gone(
    ten: Source, warehouse: Warehouse, steward: User, analyst: User, harvest_now: Harvest
) -> None:
    warehouse.execute(
        "CREATE TABLE described (id int)", "CREATE TABLE followed (id int)", "CREATE TABLE alone (id int)"
    )
    run = harvest_now(ten)
    described, followed = (Asset.objects.get(name=name) for name in ("described", "followed"))
    Description.objects.create(asset=described, text="By a person")
    Follow.objects.create(asset=followed, person=analyst)

    undo = undone(run, steward)

    assert not Asset.objects.filter(name="alone").exists()
    assert set(Asset.objects.filter(gone_at__isnull=False).values_list("name", flat=True)) == {"described", "followed"}
    assert described.descriptions.get().text == "By a person"
    assert "2 assets that this run had added" in undo.job.lines.get(level="warning").text


def test_first_harvest_can_be_undone_and_writes_no_journal(ten: Source, steward: User) -> None:
    first = Run.objects.get()
    assert not Before.objects.exists()
    undone(first, steward)
    assert facts() == {table: [] for table in facts()}
    assert not Schema.objects.exists()


def test_second_delivery_does_nothing(ten: Source, warehouse: Warehouse, steward: User, harvest_now: Harvest) -> None:
    drop(warehouse, 1)
    run = harvest_now(ten)
    undo = undone(run, steward)
    after = facts()
    told = SchemaChange.objects.count()
    type(undo.job).objects.filter(pk=undo.job_id).update(state="running")
    assert worked(undo).job.state == "succeeded"
    assert (facts(), SchemaChange.objects.count()) == (after, told)


def test_journal_that_is_no_longer_kept_is_a_refusal(
    ten: Source, warehouse: Warehouse, steward: User, harvest_now: Harvest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "KEPT_FOR", timedelta(seconds=-60))
    warehouse.execute("ALTER TABLE t1 ADD COLUMN more text")
    run = harvest_now(ten)
    assert not Before.objects.exists()
    with pytest.raises(Conflict, match="no longer kept"):
        actions.undo(run, by=steward, reason="x")


def test_only_the_newest_journals_are_kept(
    ten: Source, warehouse: Warehouse, harvest_now: Harvest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "KEPT_RUNS", 2)
    runs = []
    for number in range(4):
        warehouse.execute(f"ALTER TABLE t1 ADD COLUMN c{number} text")
        runs.append(harvest_now(ten).pk)
    assert set(Before.objects.values_list("run", flat=True)) == set(runs[-2:])
    assert set(Run.objects.filter(has_journal=True).values_list("pk", flat=True)) == set(runs[-2:])


def test_undo_waits_for_no_harvest_and_needs_a_reason_and_the_right(
    ten: Source, warehouse: Warehouse, steward: User, analyst: User, officer: User, harvest_now: Harvest
) -> None:
    drop(warehouse, 1)
    run = harvest_now(ten)
    after = facts()
    for person in (analyst, officer):
        with pytest.raises(NotAllowed):
            actions.undo(run, by=person, reason="x")
    with pytest.raises(Invalid):
        actions.undo(run, by=steward, reason=" ")
    actions.dry_run(ten, by=_engineer(steward))
    with pytest.raises(Conflict, match="waiting or running"):
        actions.undo(run, by=steward, reason="x")
    assert facts() == after
    assert not Run.objects.filter(kind="undo").exists()


def _engineer(steward: User) -> User:
    steward.roles = ["steward", "engineer"]
    steward.save()
    return type(steward).objects.get(pk=steward.pk)
