"""Between reading and applying: whether this change set may be applied as it is. And what follows once it is."""

from django.db import transaction

from catalog.harvest.changesets import holding, journal, plan, streaks
from catalog.harvest.changesets.renames import detection
from catalog.harvest.models import Run, SchemaResult
from catalog.sources.models import Source
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.jobs import Progress

HELD = register("harvest.held", "held harvest {run} of {object} for approval")


def may_apply(run: Run, progress: Progress) -> bool:
    """Return whether the staged change set is to be applied; one that is not is stored as a plan."""
    extent = plan.extent_of(run)
    if run.kind == Run.Kind.DRY_RUN:
        _store_plan(run, extent, Run.Outcome.PLANNED)
        progress.step("Planned: nothing was changed")
        return False
    reasons = holding.why_held(run, extent)
    if reasons and _hold(run, extent, reasons):
        progress.step("Held for approval: nothing was changed")
        return False
    journal.open_for(run, extent.gone)
    return True


def after_apply(run: Run, progress: Progress) -> None:
    """Conclude a run that has applied its schemas: outcome, offers of renames, what is kept for an undo."""
    run.refresh_from_db()
    progress.step("Looking for renames")
    detection.look_for_renames(run)
    with transaction.atomic():
        is_partial = run.schemas.filter(state=SchemaResult.State.FAILED).exists()
        run.outcome = Run.Outcome.PARTLY if is_partial else Run.Outcome.APPLIED
        run.save(update_fields=["outcome"])
        journal.close_for(run)
        if not is_partial and run.only_schemas is None:  # what was asked for has happened: the review, or nothing to do
            Source.objects.filter(pk=run.source_id, needs_review=True).update(needs_review=False)


def _store_plan(run: Run, extent: plan.Extent, outcome: Run.Outcome) -> None:
    with transaction.atomic():
        numbers = plan.store(run, extent)
        _set(run, outcome, numbers)


def _hold(run: Run, extent: plan.Extent, reasons: list[str]) -> bool:
    """Store the plan and hold the run; return False when there is nothing in it, which needs no approval."""
    with transaction.atomic():
        numbers = plan.store(run, extent)
        if not numbers:
            return False
        run.held_because = " ".join(reasons)
        _set(run, Run.Outcome.HELD, numbers)
        is_new = streaks.join(run)
        details = {"run": run.pk, "because": run.held_because, "is_repeated": not is_new}
        record(HELD, by=None, obj=run.source, details=details)
        if is_new:
            streaks.tell_reviewers(run)
    return True


def _set(run: Run, outcome: Run.Outcome, numbers: dict[str, int]) -> None:
    run.outcome = outcome
    run.added, run.changed, run.removed = (numbers.get(kind, 0) for kind in ("added", "changed", "removed"))
    run.save(update_fields=["outcome", "held_because", "added", "changed", "removed"])
