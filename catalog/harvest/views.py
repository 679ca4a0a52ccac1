"""The pages of harvests."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from catalog.harvest import actions, queries, timeline
from catalog.harvest.changesets import decision
from catalog.harvest.changesets.queries import planned_tallies
from catalog.harvest.export import runs_csv
from catalog.harvest.filters import RunFilter
from catalog.harvest.models import Run
from catalog.harvest.phases import pace
from catalog.harvest.policies import may_run
from catalog.sources.queries import visible_source
from portal.kit.errors import Conflict
from portal.kit.models import JobState
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.tables import wants_csv
from portal.kit.web import found_or_404, page, paged

_LINES = 100
_LEVELS = (("", "All"), ("warning", "Warnings"), ("error", "Errors"))
_SCHEMAS = 25


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """List runs, newest first; as CSV when that is asked for."""
    person = signed_in(request)
    chosen = RunFilter(request.GET, queryset=queries.visible_runs(person), request=request)
    if wants_csv(request):
        return runs_csv(request, chosen.qs)
    runs = paged(request, chosen.qs)
    tallies = queries.tallies(person, runs) | planned_tallies(person, runs)
    context = {
        "page": runs,
        "rows": [(run, tallies.get(run.pk, queries.Tally()), timeline.took(run)) for run in runs],
        "form": chosen.form,
        "is_live": any(not run.job.is_finished for run in runs),
        "csv_url": _csv_url(request),
    }
    return page(request, "harvest/runs.html", context, fragment="harvest/_runs.html")


@require_safe
def detail(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one run: phases, numbers, changes and, to those who run harvests, its pace and log."""
    person = signed_in(request)
    run = _run(request, run_id)
    may = bool(may_run(person))
    level = request.GET.get("level", "")
    lines = queries.log_of(person, run, level)
    changes = paged(request, queries.changes_of(person, run), size=50)
    changes.object_list = queries.discreet(person, run, changes.object_list)
    context = {
        "run": run,
        "may_run": may,
        "tally": queries.tallies(person, [run]).get(run.pk, queries.Tally()),
        "schemas": _page_of(request, queries.schema_outcomes(person, run), "schemas"),
        "changes": changes,
        "lines": list(lines.order_by("-id")[:_LINES])[::-1],
        "level": level,
        "levels": _LEVELS,
        "took": timeline.took(run),
        "stretches": timeline.stretches(run),
        "pace": timeline.pace_words(pace(run)) if may else [],
        "is_resting": run.job.state == JobState.QUEUED and bool(run.job.not_before),
    }
    context |= decision.about(person, run)
    return page(request, "harvest/run.html", context, fragment="harvest/_run.html")


@require_safe
def log(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """Give a run's log as text, to those who run harvests."""
    person = signed_in(request)
    run = _run(request, run_id)
    require(may_run(person))
    lines = queries.log_of(person, run, request.GET.get("level", ""))
    text = (f"{line.at.isoformat()} {line.level.upper()} {line.text}\n" for line in lines.iterator())
    response = StreamingHttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="harvest-{run.pk}.log"'
    return response


@require_POST
def start(request: HttpRequest, source_id: int) -> HttpResponse:
    """Start a harvest of a source."""
    person = signed_in(request)
    source = found_or_404(visible_source(person, source_id))
    try:
        run = actions.start(source, by=person)
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("sources:detail", source.pk)
    return redirect("harvest:run", run.pk)


@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run."""
    run = _run(request, run_id)
    try:
        actions.cancel(run, by=signed_in(request))
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, "The run stops after the schema at hand. What was applied stays.")
    return redirect("harvest:run", run.pk)


@require_POST
def retry(request: HttpRequest, run_id: int) -> HttpResponse:
    """Harvest the run's source again."""
    run = _run(request, run_id)
    try:
        again = actions.retry(run, by=signed_in(request))
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("harvest:run", run.pk)
    return redirect("harvest:run", again.pk)


def _csv_url(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked["format"] = "csv"
    asked.pop("page", None)
    return f"?{asked.urlencode()}"


def _page_of(request: HttpRequest, items: list[queries.SchemaOutcome], name: str) -> Page[queries.SchemaOutcome]:
    return Paginator(items, _SCHEMAS).get_page(request.GET.get(name))


def _run(request: HttpRequest, run_id: int) -> Run:
    return found_or_404(queries.visible_run(signed_in(request), run_id))
