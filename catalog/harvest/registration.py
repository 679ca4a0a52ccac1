"""What the harvest adds to the rooms below."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.harvest.connectors import postgresql
from catalog.harvest.models import Run
from catalog.harvest.policies import may_look, may_run
from catalog.sources import registry
from catalog.sources.models import Source
from portal.kit.errors import Conflict
from portal.kit.models import UNFINISHED, JobState
from portal.kit.people import Person, signed_in

__all__ = ["join", "postgresql"]

_RUNS_ON_PANEL = 5
_TONES = {JobState.SUCCEEDED: "ok", JobState.FAILED: "bad", JobState.RUNNING: "info"}


def join() -> None:
    """Register: last harvest in the list of sources, runs on their pages, no deletion while a harvest is under way."""
    registry.add_facts("Last harvest", _last_harvests)
    registry.add_panel("harvest", _panel)
    registry.before_delete.append(_refuse_while_harvesting)


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
            url=reverse("harvest:run", args=[run.pk]),
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
    context = {"source": source, "runs": runs, "may_start": bool(may_run(person)) and source.is_enabled and not is_busy}
    return render_to_string("harvest/_panel.html", context, request)


def _refuse_while_harvesting(source: Source) -> None:
    if Run.objects.filter(source=source, job__state__in=UNFINISHED).exists():
        raise Conflict("A harvest of this source is under way. Stop it first.", code="harvest_running")
