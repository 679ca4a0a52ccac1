"""Reading runs. Numbers and names are of what the person may see, never of all that was harvested."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from catalog.assets.models import Asset, ChangeKind, SchemaChange
from catalog.assets.queries.browse import visible_schemas
from catalog.harvest.discretion import Discretion, targets_in
from catalog.harvest.models import Run, SchemaResult
from catalog.harvest.policies import may_look, may_run
from catalog.sources.queries import visible_sources
from portal.kit.models import JobLine
from portal.kit.people import Person
from portal.kit.policies import require

_ADDED = Q(part="asset", kind__in=[ChangeKind.ADDED, ChangeKind.RETURNED])
_REMOVED = Q(part="asset", kind=ChangeKind.REMOVED)
_LEVELS = ("info", "warning", "error")
_NUMBERS = {
    "added": Count("asset", filter=_ADDED, distinct=True),
    "removed": Count("asset", filter=_REMOVED, distinct=True),
    "touched": Count("asset", distinct=True),
}


@dataclass(frozen=True)
class Tally:
    """How many visible assets a run (or its part in one schema) added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    schema: str = ""

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.added + self.changed + self.removed


def visible_runs(person: Person) -> QuerySet[Run]:
    """Return runs of the sources the person may know of, newest first. Raises NotAllowed for roles without runs."""
    require(may_look(person))
    return Run.objects.filter(source__in=visible_sources(person)).select_related("source", "job", "job__requested_by")


def visible_run(person: Person, run_id: int) -> Run | None:
    """Return one of the visible runs, or None."""
    return visible_runs(person).filter(pk=run_id).first()


def changes_of(person: Person, run: Run) -> QuerySet[SchemaChange]:
    """Return what the run changed of visible assets, by path; an asset's own line before its parts."""
    seen = Asset.objects.visible_to(person)
    rows = SchemaChange.objects.filter(run=run.pk, asset__in=seen)
    return rows.select_related("asset__schema").order_by("asset__path", "part", "name", "pk")


def discreet(person: Person, run: Run, changes: Iterable[SchemaChange]) -> list[SchemaChange]:
    """Return the changes of a page without what names assets that the person may not see; not to be saved."""
    rows = list(changes)
    discretion = Discretion(person, run.source_id, targets_in(rows))
    for change in rows:
        name, (before, after) = discretion.name(change), discretion.values(change)
        change.name = name
        change.before = before if change.before is not None else None
        change.after = after if change.after is not None else None
    return rows


def tallies(person: Person, runs: Iterable[Run]) -> dict[int, Tally]:
    """Return the visible numbers of runs, in one query."""
    seen = Asset.objects.visible_to(person)
    rows = SchemaChange.objects.filter(run__in=[run.pk for run in runs], asset__in=seen).order_by()
    return {row["run"]: _tally(row) for row in rows.values("run").annotate(**_NUMBERS)}


def schema_tallies(person: Person, run: Run) -> list[Tally]:
    """Return the visible numbers of a run, schema by schema, those without a change left out."""
    rows = SchemaChange.objects.filter(run=run.pk, asset__in=Asset.objects.visible_to(person)).order_by()
    grouped = rows.values(schema=F("asset__schema__name")).annotate(**_NUMBERS).order_by("schema")
    return [_tally(row) for row in grouped]


@dataclass(frozen=True)
class SchemaOutcome:
    """How a schema fared in a run, with the numbers that the person may see."""

    result: SchemaResult
    tally: Tally
    schema_id: int | None = None
    """Where it can be browsed."""

    @property
    def is_failed(self) -> bool:
        return self.result.state == SchemaResult.State.FAILED


_ORDER = {SchemaResult.State.FAILED: 0, SchemaResult.State.RUNNING: 1, SchemaResult.State.WAITING: 2}


def schema_outcomes(person: Person, run: Run) -> list[SchemaOutcome]:
    """Return how the schemas fared that the person may know of; failed ones all, to those who run harvests.

    What needs a look comes first, then what was changed, then the rest by name.
    """
    tallies_by_name = {tally.schema: tally for tally in schema_tallies(person, run)}
    known = dict(visible_schemas(person, run.source_id).values_list("name", "pk"))
    tells_failed = bool(may_run(person))
    outcomes = [
        SchemaOutcome(result, tallies_by_name.get(result.schema_name, Tally()), known.get(result.schema_name))
        for result in run.schemas.all()
        if result.schema_name in known
        or result.schema_name in tallies_by_name
        or (tells_failed and result.state == SchemaResult.State.FAILED)
    ]
    return sorted(outcomes, key=_attention)


def _attention(outcome: SchemaOutcome) -> tuple[int, bool, str]:
    state = SchemaResult.State(outcome.result.state)
    return (_ORDER.get(state, len(_ORDER)), not outcome.tally.total, outcome.result.schema_name)


def log_of(person: Person, run: Run, level: str = "") -> QuerySet[JobLine]:
    """Return a run's log, oldest first: nothing for those who don't run harvests, since it may name hidden things."""
    lines = run.job.lines.all() if may_run(person) else JobLine.objects.none()
    levels = _LEVELS[_LEVELS.index(level) :] if level in _LEVELS else _LEVELS
    return lines.filter(level__in=levels)


def _tally(row: Mapping[str, Any]) -> Tally:
    """An asset that came or went is counted there, one with any other change as changed."""
    changed = row["touched"] - row["added"] - row["removed"]
    return Tally(row["added"], changed, row["removed"], str(row.get("schema", "")))
