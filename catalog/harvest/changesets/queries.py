"""Reading change sets: what would be changed, as far as a person may see it; what waits for review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from catalog.assets.models import Asset, ChangeKind, Schema
from catalog.assets.visibility import labels_of, sees_everything
from catalog.harvest import queries
from catalog.harvest.changesets import streaks
from catalog.harvest.changesets.policies import may_review
from catalog.harvest.models import PlannedChange, Run
from catalog.harvest.queries import Tally
from catalog.sources.queries import visible_sources
from portal.kit.people import Person

_ADDED = Q(part="asset", kind__in=[ChangeKind.ADDED, ChangeKind.RETURNED])
_REMOVED = Q(part="asset", kind=ChangeKind.REMOVED)
_KEY = Concat("schema_name", Value("\x1f"), "asset_name")
_NUMBERS = {
    "added": Count(_KEY, filter=_ADDED, distinct=True),
    "removed": Count(_KEY, filter=_REMOVED, distinct=True),
    "touched": Count(_KEY, distinct=True),
}


def planned_of(person: Person, run: Run) -> QuerySet[PlannedChange]:
    """Return what a run would change of visible assets, by place; new ones are seen by who would see them there."""
    return _seen(person, PlannedChange.objects.filter(run=run), run.source_id).select_related("asset")


def _seen(person: Person, rows: QuerySet[PlannedChange], source_id: int) -> QuerySet[PlannedChange]:
    if sees_everything(person):
        return rows
    held = [int(label.removeprefix("domain:")) for label in labels_of(person) if label.startswith("domain:")]
    closed = Schema.objects.filter(source=source_id, domain__is_private=True).exclude(domain__in=held)
    would_see = Q(asset=None) & ~Q(schema_name__in=closed.values("name"))
    return rows.filter(Q(asset__in=Asset.objects.visible_to(person)) | would_see)


def planned_tally(person: Person, run: Run) -> Tally:
    """Return how many visible assets a run would add, change and remove."""
    return _tally(planned_of(person, run).order_by().aggregate(**_NUMBERS))


def planned_schemas(person: Person, run: Run) -> list[Tally]:
    """Return the same by schema, those without a visible change left out."""
    rows = planned_of(person, run).order_by().values(schema=F("schema_name")).annotate(**_NUMBERS)
    return [_tally(row) for row in rows.order_by("schema")]


def planned_tallies(person: Person, runs: Iterable[Run]) -> dict[int, Tally]:
    """Return the numbers of those of the runs that are planned, held or rejected, for a list of runs."""
    planned = [run for run in runs if run.outcome in (Run.Outcome.PLANNED, Run.Outcome.HELD, Run.Outcome.REJECTED)]
    return {run.pk: planned_tally(person, run) for run in planned}


def _tally(row: Mapping[str, Any]) -> Tally:
    changed = row["touched"] - row["added"] - row["removed"]
    return Tally(row["added"], changed, row["removed"], str(row.get("schema", "")))


class Discretion:
    """Takes from planned changes what names an asset that the person may not see."""

    def __init__(self, person: Person, run: Run) -> None:
        self._is_open = sees_everything(person)
        self._seen: set[tuple[str, str]] = set()
        if not self._is_open:
            assets = Asset.objects.visible_to(person).filter(source=run.source_id, name__in=self._targets(run))
            self._seen = set(assets.values_list("schema__name", "name"))

    def _targets(self, run: Run) -> set[str]:
        keys = PlannedChange.objects.filter(run=run, part="key").values_list(
            "before__target_name", "after__target_name"
        )
        return {name for pair in keys for name in pair if name}

    def _hides(self, change: PlannedChange) -> bool:
        pointed = [values for values in (change.before, change.after) if values and values.get("target_name")]
        return not self._is_open and any(
            (values["target_schema"], values["target_name"]) not in self._seen for values in pointed
        )

    def name(self, change: PlannedChange) -> str:
        """Return the name of what changes, which for a key may hold the name of the table it points to."""
        return "to a table you can't see" if self._hides(change) else change.name

    def values(self, change: PlannedChange) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what was before and what would be after; queries of views only for who sees everything."""
        if self._hides(change):
            return {}, {}
        left_out = set() if self._is_open or change.part != "asset" else {"definition"}
        before, after = (
            {name: value for name, value in (values or {}).items() if name not in left_out}
            for values in (change.before, change.after)
        )
        return before, after


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
    runs = held.select_related("source", "job", "job__requested_by", "about", "about__decided_by").order_by("-pk")
    return [
        Waiting(run, planned_tally(person, run), bool(run.about and run.about.outcome == Run.Outcome.REJECTED))
        for run in runs
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
