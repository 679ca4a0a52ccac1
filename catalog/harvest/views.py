"""The pages of harvests."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from catalog.harvest import actions, queries
from catalog.harvest.filters import RunFilter
from catalog.harvest.models import Run
from catalog.harvest.policies import may_run
from catalog.sources.queries import visible_source
from portal.kit.errors import Conflict
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, page, paged


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List runs, newest first."""
    person = signed_in(request)
    chosen = RunFilter(request.GET, queryset=queries.visible_runs(person), request=request)
    runs = paged(request, chosen.qs)
    tallies = queries.tallies(person, runs)
    rows = [(run, tallies.get(run.pk, queries.Tally())) for run in runs]
    context = {"page": runs, "rows": rows, "form": chosen.form, "is_live": any(not run.job.is_finished for run in runs)}
    return page(request, "harvest/runs.html", context, fragment="harvest/_runs.html")


@require_safe
def detail(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one run: progress, numbers, changes and, to those who run harvests, its log."""
    person = signed_in(request)
    run = _run(request, run_id)
    context = {
        "run": run,
        "may_run": bool(may_run(person)),
        "tally": queries.tallies(person, [run]).get(run.pk, queries.Tally()),
        "schemas": queries.schema_tallies(person, run),
        "changes": paged(request, queries.changes_of(person, run), size=50),
        "lines": run.job.lines.all() if may_run(person) else [],
    }
    return page(request, "harvest/run.html", context, fragment="harvest/_run.html")


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


def _run(request: HttpRequest, run_id: int) -> Run:
    return found_or_404(queries.visible_run(signed_in(request), run_id))
