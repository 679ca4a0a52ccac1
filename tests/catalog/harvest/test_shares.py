"""A run divided among workers: every schema by one of them, whoever falls out, and the catalog as if by one alone."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.people.models import User
from catalog.assets.models import Asset, Schema
from catalog.harvest import shares, tasks
from catalog.harvest.models import Run, SchemaResult
from portal.kit.models import DeadLetter, JobLine
from tests.catalog.harvest.changesets.conftest import facts, undone
from tests.catalog.harvest.conftest import Warehouse, harvested
from tests.catalog.harvest.house import House

pytestmark = pytest.mark.django_db(transaction=True)
Undisturbed = Callable[[Warehouse], dict[str, list[Any]]]
SCHEMAS = 40


@pytest.fixture
def forty(warehouse: Warehouse) -> Warehouse:
    """Forty schemas of one to four tables."""
    for number in range(SCHEMAS):
        tables = "; ".join(
            f"CREATE TABLE s{number:02}.t{table} (id int PRIMARY KEY, note text)" for table in range(1 + number % 4)
        )
        warehouse.execute(f"CREATE SCHEMA s{number:02}; {tables}")
    return warehouse


@pytest.fixture
def few(warehouse: Warehouse) -> Warehouse:
    """Four schemas of a table."""
    warehouse.execute(*(f"CREATE SCHEMA s{n}; CREATE TABLE s{n}.t (id int)" for n in range(4)))
    return warehouse


@pytest.mark.parametrize(
    ("weights", "into", "expected"),
    [
        ({"a": 5, "b": 3, "c": 3, "d": 1}, 2, [["a", "d"], ["b", "c"]]),
        ({"a": 1, "b": 1}, 5, [["a"], ["b"]]),
        ({"a": 9, "b": 1, "c": 1}, 2, [["a"], ["b", "c"]]),
        ({"b": 1, "a": 1, "c": 1}, 1, [["a", "b", "c"]]),
        ({}, 3, []),
    ],
)
def test_shares_are_of_about_the_same_weight(weights: dict[str, int], into: int, expected: list[list[str]]) -> None:
    assert shares.split(weights, into) == expected


def test_large_split_is_balanced() -> None:
    weights = {f"s{number}": number % 17 + 1 for number in range(200)}
    loads = [sum(weights[name] for name in share) for share in shares.split(weights, 7)]
    assert sum(loads) == sum(weights.values())
    assert max(loads) - min(loads) <= 1


def test_coordinator_alone_does_every_share(few: Warehouse) -> None:
    run = harvested(few.source(concurrency=3))
    rows = SchemaResult.objects.filter(run=run)
    assert dict(rows.values_list("schema_name", "state")) == dict.fromkeys(["public", *(f"s{n}" for n in range(4))],
        "applied")  # fmt: skip
    assert sorted(rows.exclude(schema_name="public").values_list("share", flat=True)) == [0, 0, 1, 2]
    assert (run.outcome, run.added, run.relations_read, Asset.objects.count()) == ("applied", 4, 4, 4)
    assert [name for name, _ in run.phases] == ["connecting", "reading", "comparing", "applying", "done"]


def test_single_session_hands_nothing_out(few: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "call", lambda run: pytest.fail("Nobody is to be asked for a hand."))
    run = harvested(few.source())
    assert set(SchemaResult.objects.filter(run=run).values_list("share", flat=True)) == {0}
    assert (run.relations_read, run.phase) == (4, "done")
    assert run.bytes_read > 0


def test_statements_do_not_depend_on_the_number_of_tables(few: Warehouse) -> None:
    numbers = []
    for tables in (5, 60):
        few.execute(*(f"CREATE TABLE s1.n{tables}_{n} (id int)" for n in range(tables)))
        source = few.source()
        with CaptureQueriesContext(connection) as queries:
            harvested(source)
        numbers.append(sum("kit_jobrun" not in query["sql"] for query in queries.captured_queries))
    assert numbers[0] == numbers[1]


def test_share_that_somebody_has_is_left_to_them(
    few: Warehouse, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The coordinator waits; once the other one is gone, it takes over what they left."""
    held = threading.Event()
    seen: list[str] = []

    def call(run: Run) -> None:
        thread = threading.Thread(target=hold, args=[run])
        thread.start()
        assert held.wait(10)

    def hold(run: Run) -> None:
        with shares.taken(run, 1) as names:
            held.set()
            while set(shares.pending(run)) != {1}:
                threading.Event().wait(0.05)
            threading.Event().wait(1)
            seen.extend(SchemaResult.objects.filter(run=run, schema_name__in=names).values_list("state", flat=True))
        connection.close()

    monkeypatch.setattr(shares, "call", call)
    run = harvested(few.source(concurrency=4))
    assert seen == ["running"]
    assert run.schemas.filter(state="applied").count() == 5


def test_hand_that_comes_late_finds_nothing(few: Warehouse) -> None:
    run = harvested(few.source(concurrency=4))
    before = list(SchemaResult.objects.order_by("pk").values())
    for share in range(5):
        tasks.lend_a_hand(run.pk, share)
    assert list(SchemaResult.objects.order_by("pk").values()) == before


def test_run_that_waits_for_approval_is_not_divided(few: Warehouse) -> None:
    run = harvested(few.source(concurrency=4, needs_review=True))
    assert (run.outcome, SchemaResult.objects.count(), Asset.objects.count()) == ("held", 0, 0)
    assert run.planned.filter(part="column").exists() or run.planned.exists()


def test_divided_run_is_one_change_set(few: Warehouse, engineer: User) -> None:
    """Moves between shares are offered as such, and an undo brings everything back."""
    columns = ", ".join(f"{name} text" for name in ("street", "town", "country", "postcode", "remarks"))
    few.execute(f"CREATE TABLE s0.addresses (id int PRIMARY KEY, {columns})")
    source = few.source(concurrency=4)
    harvested(source)
    before = facts()

    few.execute(
        "ALTER TABLE s0.addresses SET SCHEMA s3",
        *(f"ALTER TABLE s{n}.t ADD COLUMN more int" for n in range(4)),
        "COMMENT ON SCHEMA s1 IS 'Other words'",
        "CREATE SCHEMA fresh CREATE TABLE t (id int) CREATE TABLE u (id int)",
        "DROP SCHEMA public CASCADE",
    )
    run = harvested(source)
    assert (run.outcome, run.added, run.changed, run.removed) == ("applied", 3, 4, 1)
    assert len(set(run.schemas.values_list("share", flat=True))) == 4
    offers = [offer for offer in run.renames.all() if not offer.is_column]
    assert [(offer.old_asset.path, offer.new_name) for offer in offers] == [
        (f"{source.slug}.s0.addresses", f"{source.slug}.s3.addresses")
    ]

    undone(run, engineer)
    present = Schema.objects.filter(gone_at=None).values_list("name", flat=True)
    assert sorted(present) == ["public", "s0", "s1", "s2", "s3"]
    assert facts() == before


# Failures of a schema


def _refuse(schema: str) -> None:
    """Have our database refuse the assets of a schema, as it would a value that it can't store."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.path LIKE '%.{schema}.%' THEN RAISE EXCEPTION 'no' USING ERRCODE = '22001'; END IF;
                RETURN NEW; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON assets_asset FOR EACH ROW EXECUTE FUNCTION refuse()"""
        )


def _accept() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS refuse CASCADE")


@pytest.mark.parametrize("concurrency", [1, 3])
def test_failing_schema_does_not_fail_the_others(few: Warehouse, concurrency: int) -> None:
    source = few.source(concurrency=concurrency)
    _refuse("s2")
    try:
        run = harvested(source)
    finally:
        _accept()
    assert (run.job.state, run.outcome, run.added) == ("succeeded", "partly", 3)
    failed = run.schemas.get(state="failed")
    assert (failed.schema_name, failed.error_code) == ("s2", "schema_unstorable")
    assert "can't be stored (StringDataRightTruncation, SQLSTATE 22001)" in failed.error_message
    letter = DeadLetter.objects.get()
    assert (letter.topic, letter.subject, letter.payload) == (
        "harvest.schema",
        f"s2 of {source}",
        {"source": source.pk, "schema": "s2"},
    )
    assert JobLine.objects.filter(run=run.job, level="error").count() == 1

    again = harvested(source)
    assert (again.outcome, again.added, again.unchanged) == ("applied", 1, 3)
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("replayed", f"Run {again.pk} has done it.")


def test_schema_that_is_held_for_too_long_is_left_to_the_next_run(few: Warehouse, settings: Any) -> None:
    settings.HARVEST_LOCK_SECONDS = 1
    source = few.source()
    harvested(source)
    few.execute(*(f"ALTER TABLE s{n}.t ADD COLUMN more int" for n in range(4)))
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; SELECT FROM assets_schema WHERE name = 's1' FOR UPDATE")
            locked.set()
            done.wait(60)
            cursor.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait(10)
    try:
        run = harvested(source)
    finally:
        done.set()
        thread.join()
    assert (run.outcome, run.changed, run.schemas.get(state="failed").error_code) == ("partly", 3, "schema_locked")
    assert (harvested(source).changed, DeadLetter.objects.get().state) == (1, "replayed")
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize("concurrency", [1, 3])
def test_what_can_not_even_be_staged_harms_its_schema_alone(
    few: Warehouse, concurrency: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = few.source(concurrency=concurrency)
    details = "catalog.harvest.connectors.postgresql.PostgreSQLReading.details"
    from catalog.harvest.connectors.postgresql import PostgreSQLReading

    plain = PostgreSQLReading.details
    odd = few_relation(few, "s2.t")

    def spoiled(self: PostgreSQLReading, part: Any, relations: Any) -> Any:
        yield from plain(self, part, relations)
        if part == "columns" and odd in relations:
            yield b"not a number\n"

    monkeypatch.setattr(details, spoiled)
    run = harvested(source)
    assert (run.outcome, run.added, run.schemas.get(state="failed").schema_name) == ("partly", 3, "s2")
    monkeypatch.undo()
    assert (harvested(source).outcome, Asset.objects.count()) == ("applied", 4)


def few_relation(warehouse: Warehouse, name: str) -> int:
    """Return the oid of a relation in the warehouse."""
    with warehouse._administration(warehouse.name) as server:
        row = server.execute("SELECT %s::regclass::oid::bigint", [name]).fetchone()
        assert row is not None
        return int(row[0])


# Real workers


@pytest.mark.engine
def test_two_workers_share_forty_schemas(house: House, forty: Warehouse, undisturbed: Undisturbed) -> None:
    expected = undisturbed(forty)
    house.start_worker("first")
    house.start_worker("second")
    house.await_workers()
    run = house.ask("start", forty.url, concurrency=4)
    house.await_state(run, "succeeded", "failed")

    assert house.state(run) == ("succeeded", "")
    applied = Counter(schema for schema, _ in house.witnessed())
    assert applied == dict.fromkeys(["public", *(f"s{n:02}" for n in range(SCHEMAS))], 1)
    assert len({session for _, session in house.witnessed()}) == 2
    assert house.facts() == expected


@pytest.mark.engine
def test_share_of_a_killed_worker_is_taken_over(house: House, forty: Warehouse, undisturbed: Undisturbed) -> None:
    expected = undisturbed(forty)
    house.start_worker("first")
    run = house.ask("start", forty.url, concurrency=2)
    with house.held_at(run, "public"):  # where the first worker begins
        house.await_waiting()
        lent = sorted(schema for schema, share in house.shares(run).items() if share == 1)
        with house.held_in_share(lent[len(lent) // 2]):
            house.start_worker("second")
            house.await_waiting(2)
            house.kill_worker("second")
        assert house.applied(run) == lent[: len(lent) // 2]
    house.await_state(run, "succeeded", "failed")

    assert house.state(run) == ("succeeded", "")
    assert set(Counter(schema for schema, _ in house.witnessed()).values()) == {1}
    assert house.facts() == expected
