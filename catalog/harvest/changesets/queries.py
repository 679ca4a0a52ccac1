"""Reading change sets: what would be changed, as far as a person may see it; what waits for review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from catalog.assets.models import Asset, ChangeKind, Schema
from catalog.assets.visibility import labels_of, sees_everything
from catalog.harvest import queries
from catalog.harvest.changesets import streaks
from catalog.harvest.changesets.policies import may_review
from catalog.harvest.discretion import Discretion
from catalog.harvest.models import PlannedChange, Run
from catalog.harvest.queries import Tally
from catalog.sources.queries import visible_sources
from portal.kit.people import Person

_ADDED = Q(part="asset", kind__in=[ChangeKind.ADDED, ChangeKind.RETURNED])
_REMOVED = Q(part="asset", kind=ChangeKind.REMOVED)
_PLANNED = (Run.Outcome.PLANNED, Run.Outcome.HELD, Run.Outcome.APPROVED, Run.Outcome.REJECTED)
_KEY = Concat("schema_name", Value("\x1f"), "asset_name")
_NUMBERS = {
    "added": Count(_KEY, filter=_ADDED, distinct=True),
    "removed": Count(_KEY, filter=_REMOVED, distinct=True),
    "touched": Count(_KEY, distinct=True),
}


def planned_of(person: Person, run: Run) -> QuerySet[PlannedChange]:
    """Return what a run would change of visible assets, by place; new ones are seen by who would see them there."""
    return _seen(person, PlannedChange.objects.filter(run=run)).select_related("asset")


def _seen(person: Person, rows: QuerySet[PlannedChange]) -> QuerySet[PlannedChange]:
    if sees_everything(person):
        return rows
    held = [int(label.removeprefix("domain:")) for label in labels_of(person) if label.startswith("domain:")]
    there = Schema.objects.filter(source=OuterRef("run__source"), name=OuterRef("schema_name"))
    would_see = Q(asset=None) & ~Exists(there.filter(domain__is_private=True).exclude(domain__in=held))
    return rows.filter(Q(asset__in=Asset.objects.visible_to(person)) | would_see)


def planned_tally(person: Person, run: Run) -> Tally:
    """Return how many visible assets a run would add, change and remove."""
    return _tally(planned_of(person, run).order_by().aggregate(**_NUMBERS))


def planned_schemas(person: Person, run: Run) -> list[Tally]:
    """Return the same by schema, those without a visible change left out."""
    rows = planned_of(person, run).order_by().values(schema=F("schema_name")).annotate(**_NUMBERS)
    return [_tally(row) for row in rows.order_by("schema")]


def planned_tallies(person: Person, runs: Iterable[Run]) -> dict[int, Tally]:
    """Return the numbers of those of the runs that are planned, held or decided, in one query."""
    planned = [run.pk for run in runs if run.outcome in _PLANNED]
    if not planned:
        return {}
    rows = _seen(person, PlannedChange.objects.filter(run__in=planned)).order_by()
    return dict.fromkeys(planned, Tally()) | {
        row["run"]: _tally(row) for row in rows.values("run").annotate(**_NUMBERS)
    }


def _tally(row: Mapping[str, Any]) -> Tally:
    changed = row["touched"] - row["added"] - row["removed"]
    return Tally(row["added"], changed, row["removed"], str(row.get("schema", "")))


def discretion_for(person: Person, run: Run) -> Discretion:
    """Return what may be told of the run's plan."""
    keys = PlannedChange.objects.filter(run=run, part="key").values_list("before__target_name", "after__target_name")
    return Discretion(person, run.source_id, () if sees_everything(person) else chain.from_iterable(keys))


@dataclass(frozen=True)
class Waiting:
    """A held run in the list, with what the person may see of it."""

    run: Run
    tally: Tally
    was_rejected: bool


def waiting_for(person: Person) -> list[Waiting]:
    """Return the runs that wait for a review by the person, newest first; none for people who don't review."""
    if not may_review(person):
        return []
    held = streaks.waiting().filter(source__in=visible_sources(person))
    runs = list(held.select_related("source", "job", "job__requested_by", "about", "about__decided_by").order_by("-pk"))
    tallies = planned_tallies(person, runs)
    return [
        Waiting(run, tallies[run.pk], bool(run.about and run.about.outcome == Run.Outcome.REJECTED)) for run in runs
    ]


def number_waiting(person: Person) -> int:
    """Return how many runs ask the person for a decision: for the badge of the navigation, in one query."""
    if not may_review(person):
        return 0
    return streaks.asking().filter(source__in=visible_sources(person)).count()


def waiting_run(person: Person, run_id: int) -> Run | None:
    """Return a visible run if it can be decided, or None."""
    run = queries.visible_run(person, run_id)
    return run if run and streaks.waiting().filter(pk=run.pk).exists() else None
