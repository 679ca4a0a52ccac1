"""Reading runs. Numbers and names are of what the person may see, never of all that was harvested."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from catalog.assets.models import Asset, ChangeKind, SchemaChange
from catalog.harvest.models import Run
from catalog.harvest.policies import may_look
from catalog.sources.queries import visible_sources
from portal.kit.people import Person
from portal.kit.policies import require

_ADDED = Q(part="asset", kind__in=[ChangeKind.ADDED, ChangeKind.RETURNED])
_REMOVED = Q(part="asset", kind=ChangeKind.REMOVED)
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


def _tally(row: Mapping[str, Any]) -> Tally:
    """An asset that came or went is counted there, one with any other change as changed."""
    changed = row["touched"] - row["added"] - row["removed"]
    return Tally(row["added"], changed, row["removed"], str(row.get("schema", "")))
