"""Planning, approving, rejecting and undoing harvests."""

from django.db import transaction

from catalog.harvest.changesets import starting, streaks, undoing
from catalog.harvest.changesets.policies import may_approve, may_review
from catalog.harvest.models import Run
from catalog.harvest.policies import may_run
from catalog.sources.models import Source
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import Person
from portal.kit.policies import require

PLANNED = register("harvest.planned", "started dry run {run} of {object}")
APPROVED = register("harvest.approved", "approved what harvest {held} of {object} would change")
REJECTED = register("harvest.rejected", "rejected what harvest {held} of {object} would change")
UNDO_ASKED = register("harvest.undo_asked", "asked to undo harvest {undone} of {object}")

_OVERTAKEN = "This run can't be decided any more: it was decided, or a later run of the source has overtaken it."
_NO_REASON = "Say why: whoever looks at this later will want to know."


@transaction.atomic
def dry_run(source: Source, *, by: Person) -> Run:
    """Queue a run that reads and compares, and changes nothing; raise Conflict as a harvest does."""
    require(may_run(by))
    run = starting.queue(source.pk, by=by, kind=Run.Kind.DRY_RUN)
    record(PLANNED, by=by, obj=source, details={"run": run.pk})
    return run


@transaction.atomic
def approve(held: Run, *, by: Person, reason: str) -> Run:
    """Queue a run that reads the source anew and applies what lies within the held change set; return it.

    Raises Conflict when the run was overtaken, or another run of the source is unfinished.
    """
    require(may_approve(by, held))
    run = starting.queue(
        held.source_id,
        by=by,
        kind=Run.Kind.HARVEST,
        trigger=Run.Trigger.APPROVAL,
        about=held,
        reason=_needed(reason),
    )
    _decide(held, Run.Outcome.APPROVED, by=by, reason=reason)
    details = {"held": held.pk, "run": run.pk, "because": held.held_because}
    record(APPROVED, by=by, obj=held.source, reason=reason.strip(), details=details)
    return run


@transaction.atomic
def reject(held: Run, *, by: Person, reason: str) -> None:
    """Leave the catalog as it is. Later runs with the same change set are held without asking for attention."""
    require(may_review(by))
    _decide(held, Run.Outcome.REJECTED, by=by, reason=_needed(reason))
    details = {"held": held.pk, "because": held.held_because}
    record(REJECTED, by=by, obj=held.source, reason=reason.strip(), details=details)


@transaction.atomic
def undo(run: Run, *, by: Person, reason: str) -> Run:
    """Queue the undoing of a run; raise Conflict, in words, when it can't be undone."""
    require(may_review(by))
    _needed(reason)
    starting.lock_idle(run.source_id)
    undoing.refuse_unless_possible(Run.objects.select_related("source", "job").get(pk=run.pk))
    queued = starting.queue(run.source_id, by=by, kind=Run.Kind.UNDO, about=run, reason=reason.strip())
    record(UNDO_ASKED, by=by, obj=run.source, reason=reason.strip(), details={"undone": run.pk, "run": queued.pk})
    return queued


def _decide(held: Run, outcome: Run.Outcome, *, by: Person, reason: str) -> None:
    """Only a run that still waits: of two who decide at once, one is told that it is decided."""
    decided = streaks.waiting().filter(pk=held.pk, outcome=Run.Outcome.HELD)
    moved = Run.objects.filter(pk__in=list(decided.values_list("pk", flat=True)), outcome=Run.Outcome.HELD).update(
        outcome=outcome, decided_by_id=by.pk, decided_at=clock.now(), reason=reason.strip()
    )
    if not moved:
        raise Conflict(_OVERTAKEN, code="decided")


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_NO_REASON, field="reason")
    return reason.strip()
