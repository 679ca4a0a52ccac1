"""The pages of change sets: plans, reviews, undoing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.harvest.changesets import actions, decision, queries, undoing
from catalog.harvest.changesets.filters import PlanFilter
from catalog.harvest.changesets.forms import ReasonForm
from catalog.harvest.changesets.policies import REVIEW, may_review
from catalog.harvest.changesets.renames.queries import open_offers
from catalog.harvest.changesets.tables import PlanTable
from catalog.harvest.models import Run
from catalog.harvest.queries import visible_run
from catalog.sources.queries import visible_source
from portal.kit.errors import Conflict, DomainError, NotAllowed
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import found_or_404, needs, page, paged


@require_safe
@needs(REVIEW, "Stewards, engineers and administrators review what harvests change.")
def reviews(request: HttpRequest) -> HttpResponse:
    """List what waits for a decision: held runs, and offers of renames."""
    person = signed_in(request)
    waiting = queries.waiting_for(person)
    context = {
        "asking": [one for one in waiting if not one.was_rejected],
        "rejected": [one for one in waiting if one.was_rejected],
        "offers": paged(request, open_offers(person)),
    }
    return page(request, "harvest/changesets/reviews.html", context)


@require_safe
def plan(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Show what a run would change, or give it as CSV."""
    person, run = signed_in(request), _run(request, run_id)
    planned = queries.planned_of(person, run)
    schemas = queries.planned_schemas(person, run)
    chosen = PlanFilter(request.GET, planned, [one.schema for one in schemas])
    table = PlanTable(chosen.qs, request=request, discretion=queries.discretion_for(person, run))
    if wants_csv(request):
        return csv_of(table, f"plan-of-run-{run.pk}")
    context = {"run": run, "form": chosen.form, "table": table, "schemas": schemas, "is_plan": True}
    context |= decision.about(person, run)
    return page(request, "harvest/changesets/plan.html", context, fragment="ui/table.html")


@require_POST
def dry_run(request: HttpRequest, source_id: int) -> HttpResponse:
    """Start a dry run of a source."""
    person = signed_in(request)
    source = found_or_404(visible_source(person, source_id))
    try:
        run = actions.dry_run(source, by=person)
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("sources:detail", source.pk)
    return redirect("harvest:run", run.pk)


@require_POST
def decide(request: HttpRequest, run_id: int) -> HttpResponse:
    """Approve or reject a held run."""
    person, run = signed_in(request), _run(request, run_id)
    require(may_review(person))
    wanted, reason = request.POST.get("decision"), request.POST.get("reason", "")
    try:
        if wanted == "approve":
            started = actions.approve(run, by=person, reason=reason)
            messages.success(request, "Approved. The source is read anew, and what you approved is applied.")
            return redirect("harvest:run", started.pk)
        if wanted == "reject":
            actions.reject(run, by=person, reason=reason)
            messages.success(request, "Rejected. The catalog stays as it is.")
        else:
            messages.warning(request, "Nothing was decided: choose to approve or to reject.")
    except NotAllowed:
        raise
    except DomainError as error:
        messages.warning(request, error.message)
    return redirect("harvest:run", run.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask for a reason, then undo a run."""
    person, run = signed_in(request), _run(request, run_id)
    require(may_review(person))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            started = actions.undo(run, by=person, reason=form.cleaned_data["reason"])
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"Run {run.pk} is being undone.")
            return redirect("harvest:run", started.pk)
    context = {"run": run, "form": form, "why_not": undoing.why_impossible(run)}
    return page(request, "harvest/changesets/undo.html", context, status=422 if form.errors else 200)


def _run(request: HttpRequest, run_id: int) -> Run:
    return found_or_404(visible_run(signed_in(request), run_id))
