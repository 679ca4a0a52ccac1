"""A run that would remove much waits for approval, whole; what people decide holds."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from access.people.models import User
from access.people.roles import Role
from catalog.assets.models import Asset, Ownership, SchemaChange
from catalog.harvest.actions import retry
from catalog.harvest.changesets import actions, streaks
from catalog.harvest.models import PlannedChange, Run
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed
from portal.kit.models import Notification
from tests.catalog.harvest.changesets.conftest import drop, facts, tables, worked
from tests.catalog.harvest.conftest import Warehouse
from tests.conftest import make_person

Harvest = Callable[[Source], Run]
pytestmark = pytest.mark.django_db(transaction=True)
EIGHT = range(8)


@pytest.fixture
def held(ten: Source, warehouse: Warehouse, steward: User, analyst: User, harvest_now: Harvest) -> Run:
    """Held: eight of ten tables are gone, one is new, one has changed."""
    drop(warehouse, *EIGHT)
    warehouse.execute("CREATE TABLE brand_new (id int)", "ALTER TABLE t9 ADD COLUMN more text")
    return harvest_now(ten)


def test_drop_of_eighty_percent_is_held_and_nothing_applied(
    ten: Source, warehouse: Warehouse, steward: User, analyst: User, harvest_now: Harvest
) -> None:
    before, told = facts(), SchemaChange.objects.count()
    drop(warehouse, *EIGHT)
    warehouse.execute("CREATE TABLE brand_new (id int)")

    run = harvest_now(ten)

    assert (run.outcome, run.added, run.removed, run.has_journal) == ("held", 1, 8, False)
    assert "more than 20 %" in run.held_because
    assert (facts(), SchemaChange.objects.count()) == (before, told)
    assert PlannedChange.objects.filter(run=run, kind="removed").count() == 8
    note = Notification.objects.get(key=f"harvest-held-{run.pk}")
    assert (note.recipient, note.url) == (steward, f"/harvest/runs/{run.pk}/")
    assert "8" not in note.text.replace(str(run.source), "")  # numbers are of what each may see, so the notice has none
    assert Event.objects.get(verb="harvest.held").details["run"] == run.pk
    assert list(streaks.waiting()) == [run]


@pytest.mark.parametrize(("gone", "limit", "outcome"), [
    ((1, 2, 3, 4), 0, "applied"),
    ((1, 2, 3, 4, 5), 50, "applied"),
    ((1, 2, 3, 4, 5, 6), 50, "held"),
    ((1, 2, 3, 4, 5), 0, "held"),
])  # fmt: skip
def test_limit_is_the_sources_and_a_handful_may_go(
    gone: tuple[int, ...], limit: int, outcome: str, ten: Source, warehouse: Warehouse, harvest_now: Harvest
) -> None:
    Source.objects.update(removal_limit_percent=limit)
    drop(warehouse, *gone)
    assert harvest_now(ten).outcome == outcome
    assert Asset.objects.present().count() == (10 if outcome == "held" else 10 - len(gone))


@pytest.mark.parametrize("kind", ["certified", "owned", "plain"])
def test_whole_schema_of_what_people_vouch_for_is_held(
    kind: str, warehouse: Warehouse, steward: User, harvest_now: Harvest
) -> None:
    warehouse.execute("CREATE SCHEMA core", *tables(2, "core"), *tables(9))
    source = warehouse.source()
    harvest_now(source)
    asset = Asset.objects.get(path__endswith="core.t1")
    if kind == "certified":
        Asset.objects.filter(pk=asset.pk).update(certification="certified")
    elif kind == "owned":
        Ownership.objects.create(asset=asset, role="owner", person=steward)
    warehouse.execute("DROP SCHEMA core CASCADE")
    run = harvest_now(source)
    assert run.outcome == ("applied" if kind == "plain" else "held")
    assert Asset.objects.present().count() == (9 if kind == "plain" else 11)


def test_approval_reads_anew_and_applies_what_lies_within(
    held: Run, steward: User, warehouse: Warehouse, harvest_now: Harvest
) -> None:
    warehouse.execute("CREATE TABLE t0 (id int PRIMARY KEY, note_0 text)")  # one has come back meanwhile
    run = worked(actions.approve(held, by=steward, reason="The old shop is closed."))
    assert (run.outcome, run.trigger, run.about, run.removed) == ("applied", "approval", held, 7)
    held.refresh_from_db()
    assert (held.outcome, held.decided_by, held.reason) == ("approved", steward, "The old shop is closed.")
    assert set(Asset.objects.present().values_list("name", flat=True)) == {"t0", "t8", "t9", "brand_new"}
    event = Event.objects.get(verb="harvest.approved")
    assert (event.reason, event.details["held"], event.details["run"]) == (held.reason, held.pk, run.pk)
    assert not streaks.waiting().exists()


def test_more_than_approved_is_held_again(held: Run, steward: User, warehouse: Warehouse) -> None:
    before = facts()
    warehouse.execute("DROP TABLE t8")
    run = worked(actions.approve(held, by=steward, reason="Fine"))
    assert run.outcome == "held"
    assert "nobody approved" in run.held_because
    assert facts() == before
    assert Notification.objects.filter(key=f"harvest-held-{run.pk}", recipient=steward).exists()
    again = worked(actions.approve(run, by=steward, reason="Fine too"))
    assert again.outcome == "applied"


def test_rejection_changes_nothing_and_is_not_asked_again(held: Run, steward: User, harvest_now: Harvest) -> None:
    before, notes = facts(), Notification.objects.count()
    actions.reject(held, by=steward, reason="A mistake in the warehouse.")
    held.refresh_from_db()
    assert (held.outcome, held.decided_by, held.reason) == ("rejected", steward, "A mistake in the warehouse.")
    for _ in range(2):
        again = harvest_now(held.source)
        assert (again.outcome, again.about) == ("held", held)
    assert facts() == before
    assert Notification.objects.count() == notes
    assert list(streaks.waiting()) == [again]
    assert not streaks.asking().exists()
    assert worked(actions.approve(again, by=steward, reason="It was meant.")).outcome == "applied"


def test_same_situation_is_told_once_and_only_the_newest_waits(
    held: Run, steward: User, warehouse: Warehouse, harvest_now: Harvest
) -> None:
    again = harvest_now(held.source)
    assert list(streaks.asking()) == [again]
    assert Notification.objects.filter(recipient=steward).count() == 1
    assert not PlannedChange.objects.filter(run=held).exists()
    with pytest.raises(Conflict):
        actions.approve(held, by=steward, reason="late")
    assert Run.objects.filter(trigger="approval").count() == 0
    drop(warehouse, 8)
    harvest_now(held.source)
    assert Notification.objects.filter(recipient=steward).count() == 2


def test_situation_that_is_over_leaves_the_list(held: Run, warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(*(f"CREATE TABLE t{n} (id int PRIMARY KEY, note_{n} text)" for n in EIGHT))
    assert harvest_now(held.source).outcome == "applied"
    assert not streaks.waiting().exists()


def test_review_that_is_asked_for_is_over_once_it_is_approved(
    ten: Source, warehouse: Warehouse, steward: User, harvest_now: Harvest
) -> None:
    Source.objects.update(needs_review=True)
    warehouse.execute("CREATE TABLE brand_new (id int)")
    held = harvest_now(Source.objects.get())
    assert (held.outcome, Asset.objects.count()) == ("held", 10)
    assert worked(actions.approve(held, by=steward, reason="Looked at")).outcome == "applied"
    assert (Asset.objects.count(), Source.objects.get().needs_review) == (11, False)


def test_review_of_nothing_is_not_asked_for(ten: Source, harvest_now: Harvest) -> None:
    Source.objects.update(needs_review=True)
    assert harvest_now(Source.objects.get()).outcome == "applied"
    assert not Source.objects.get().needs_review


def test_who_may_not_decide_changes_nothing(held: Run, analyst: User, officer: User, outsider: User) -> None:
    for person in (analyst, officer, outsider):
        for decide in (actions.approve, actions.reject):
            with pytest.raises(NotAllowed):
                decide(held, by=person, reason="x")
    held.refresh_from_db()
    assert (held.outcome, Run.objects.filter(about=held).count()) == ("held", 0)


def test_nobody_approves_what_they_started_while_others_could(held: Run, steward: User) -> None:
    both = make_person("Both Roles", Role.ENGINEER, Role.STEWARD)
    type(held.job).objects.filter(pk=held.job_id).update(requested_by=both)
    own = Run.objects.select_related("job").get(pk=held.pk)
    with pytest.raises(NotAllowed, match="started this run yourself"):
        actions.approve(own, by=both, reason="mine")
    assert Run.objects.get(pk=held.pk).outcome == "held"
    steward.is_active = False
    steward.save()
    assert actions.approve(own, by=both, reason="nobody else is there").trigger == "approval"


def test_decision_needs_a_reason_and_is_made_once(held: Run, steward: User, engineer: User) -> None:
    with pytest.raises(Invalid):
        actions.reject(held, by=steward, reason="  ")
    actions.approve(held, by=steward, reason="Yes")
    with pytest.raises(Conflict):
        actions.reject(held, by=engineer, reason="No")
    held.refresh_from_db()
    assert (held.outcome, held.decided_by) == ("approved", steward)
    assert (held.decided_at or timezone.now()) <= timezone.now()


def test_what_was_approved_stays_so_when_applying_it_failed(held: Run, steward: User, engineer: User) -> None:
    failed = actions.approve(held, by=steward, reason="Fine")
    type(failed.job).objects.filter(pk=failed.job_id).update(state="failed")
    again = worked(retry(Run.objects.select_related("source", "job", "about").get(pk=failed.pk), by=engineer))
    assert (again.trigger, again.about, again.outcome, again.removed) == ("retry", held, "applied", 8)


def test_only_reviewers_who_may_see_the_source_are_told(
    ten: Source, warehouse: Warehouse, steward: User, engineer: User, harvest_now: Harvest
) -> None:
    Source.objects.update(is_private=True)
    drop(warehouse, *EIGHT)
    harvest_now(ten)
    assert [note.recipient for note in Notification.objects.all()] == [engineer]
