"""What the harvest adds to the rooms below."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.assets.queries.numbers import By, numbers
from catalog.harvest import replays
from catalog.harvest.changesets import registration as change_sets
from catalog.harvest.connectors import postgresql
from catalog.harvest.models import Run
from catalog.harvest.policies import may_look, may_run
from catalog.sources import registry
from catalog.sources.models import Source
from portal.kit.errors import Conflict
from portal.kit.models import UNFINISHED, JobState
from portal.kit.people import Person, signed_in

__all__ = ["join", "postgresql", "replays"]

_RUNS_ON_PANEL = 5
_NOT_APPLIED = (Run.Outcome.HELD, Run.Outcome.REJECTED, Run.Outcome.PLANNED)
_TONES = {JobState.SUCCEEDED: "ok", JobState.FAILED: "bad", JobState.RUNNING: "info"}


def join() -> None:
    """Register: last harvest in the list of sources, runs on their pages, no deletion while a harvest is under way."""
    registry.add_facts("Last harvest", _last_harvests)
    registry.tell_harvests(harvests)
    registry.add_count("Assets", _assets)
    registry.add_panel("harvest", _panel)
    registry.before_delete.append(_refuse_while_harvesting)
    change_sets.join()


def harvests(person: Person, source_ids: Sequence[int]) -> Mapping[int, registry.Harvests] | None:
    """Return how the harvests of the sources went, in two queries; None for those who may not see runs."""
    if not may_look(person):
        return None
    runs = Run.objects.filter(source=OuterRef("pk"), kind=Run.Kind.HARVEST).order_by("-id")
    worked = runs.filter(job__state=JobState.SUCCEEDED).exclude(outcome__in=_NOT_APPLIED)
    rows = Source.objects.filter(pk__in=source_ids).annotate(
        ended=Subquery(runs.filter(job__state__in=(JobState.SUCCEEDED, JobState.FAILED)).values("pk")[:1]),
        held=Subquery(runs.filter(outcome=Run.Outcome.HELD).values("pk")[:1]),
        worked_at=Subquery(worked.values("job__finished_at")[:1]),
    )
    found = {row["pk"]: row for row in rows.values("pk", "ended", "held", "worked_at")}
    ended = Run.objects.select_related("job").in_bulk([row["ended"] for row in found.values() if row["ended"]])
    return {pk: _harvests_of(row, ended.get(row["ended"])) for pk, row in found.items()}


def _harvests_of(row: Mapping[str, Any], run: Run | None) -> registry.Harvests:
    return registry.Harvests(
        state=run.job.state if run else "",
        error=run.job.error_message if run else "",
        url=_url(run.pk) if run else "",
        at=run.job.finished_at if run else None,
        succeeded_at=row["worked_at"],
        held_url=_url(row["held"]) if row["held"] else "",
    )


def _assets(person: Person) -> Mapping[int, int]:
    """Count what the person may see and what is there, source by source."""
    return {pk: number.present for pk, number in numbers(person, By.SOURCE).items() if pk is not None}


def _url(run_id: int) -> str:
    return reverse("harvest:run", args=[run_id])


def _last_harvests(person: Person, source_ids: Sequence[int]) -> Mapping[int, registry.Fact]:
    if not may_look(person):
        return {}
    runs = (
        Run.objects.filter(source_id__in=source_ids)
        .select_related("job")
        .order_by("source_id", "-id")
        .distinct("source_id")
    )
    return {
        run.source_id: registry.Fact(
            text=run.job.get_state_display(),
            tone=_TONES.get(JobState(run.job.state), ""),
            at=run.job.finished_at,
            url=_url(run.pk),
        )
        for run in runs
    }


def _panel(request: HttpRequest, source: Source) -> SafeString:
    """Show the last runs of the source and the button that starts one."""
    person = signed_in(request)
    if not may_look(person):
        return SafeString("")
    runs = Run.objects.filter(source=source).select_related("job", "job__requested_by")[:_RUNS_ON_PANEL]
    is_busy = any(not run.job.is_finished for run in runs)
    context = {
        "source": source,
        "runs": runs,
        "all": f"{reverse('harvest:runs')}?source={source.pk}",
        "dry_run_url": reverse("harvest:dry_run", args=[source.pk]),
        "may_start": bool(may_run(person)) and source.is_enabled and not is_busy,
    }
    return render_to_string("harvest/_panel.html", context, request)


def _refuse_while_harvesting(source: Source) -> None:
    if Run.objects.filter(source=source, job__state__in=UNFINISHED).exists():
        raise Conflict("A harvest of this source is under way. Stop it first.", code="harvest_running")
