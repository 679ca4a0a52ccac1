"""Handing runs to workers: at first, when their pause is over, and when they were lost."""

from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from kombu.exceptions import OperationalError as BrokerDown

from portal.kit import clock, tracing
from portal.kit.errors import Conflict
from portal.kit.logs import get_logger
from portal.kit.models import UNFINISHED, JobLine, JobRun, JobState
from portal.kit.people import Person

log = get_logger(__name__)


def start(*, kind: str, subject: str, task: str, by: Person | None, priority: int = 5) -> JobRun:
    """Create a run and send its task once the transaction is committed. Priority 1 goes before 9."""
    run = JobRun.objects.create(
        kind=kind,
        subject=subject[:200],
        task=task,
        requested_by_id=by.pk if by else None,
        priority=priority,
        trace=tracing.place(),
    )
    transaction.on_commit(lambda: send(run))
    return run


def send(run: JobRun) -> None:
    """Hand the run to a worker. A broker that is down loses nothing: the run is sent again by revive_stalled()."""
    try:
        # Whoever sends it, now or after a loss, it belongs to the trace in which it was asked for.
        current_app.send_task(run.task, [run.pk], priority=run.priority, headers={"traceparent": run.trace})
    except BrokerDown:
        log.warning("broker_down", job=run.pk)


def cancel(run: JobRun, *, by: Person) -> None:
    """Ask the run to stop; raise Conflict when it has finished."""
    moved = JobRun.objects.filter(pk=run.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, finished_at=clock.now(), not_before=None
    ) or JobRun.objects.filter(pk=run.pk, state=JobState.RUNNING).update(state=JobState.CANCELLING)
    if not moved:
        raise Conflict("This run has already finished or is stopping.")
    JobLine.objects.create(run=run, level="info", text=f"{by} asked to stop the run.")


def revive_stalled() -> int:
    """Send what has waited long enough, and again what no worker has a hand on. Return how many."""
    now = clock.now()
    before = now - timedelta(seconds=settings.JOB_STALLED_AFTER)
    is_due = Q(state=JobState.QUEUED, not_before__lte=now)
    is_silent = Q(heartbeat_at__lt=before) | Q(heartbeat_at=None)
    is_lost = (Q(state=JobState.QUEUED, not_before=None) | ~Q(state=JobState.QUEUED) & is_silent) & Q(
        sent_at__lt=before
    )
    return sum(_send_again(run) for run in JobRun.objects.filter(is_due | is_lost, state__in=UNFINISHED))


def _send_again(run: JobRun) -> bool:
    """Whoever notes the sending sends: two sweeps at once send once."""
    untouched = JobRun.objects.filter(pk=run.pk, state=run.state, sent_at=run.sent_at, not_before=run.not_before)
    if not untouched.update(sent_at=clock.now(), not_before=None):
        return False
    send(run)
    return True
