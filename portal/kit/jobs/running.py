"""Holding a run while its work is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.jobs.ending import Failed, fail, finish
from portal.kit.jobs.progress import Cancelled, Progress
from portal.kit.logs import get_logger
from portal.kit.models import JobLine, JobRun, JobState

log = get_logger(__name__)
_LOCK_SPACE = 0x4A4F42  # "JOB": keeps our advisory locks apart from others'
MOST_LOSSES = 5  # a run that takes its worker down with it must not do so for ever


class AlreadyTaken(DomainError):
    """Another worker holds the run, it is finished or its time has not come: nothing is left to do here."""

    code = "already_taken"


@contextmanager
def running(run_id: int, *, failed: Failed | None = None) -> Iterator[Progress]:
    """Hold the run while the body works, and store how it ended.

    Raises AlreadyTaken when another worker holds it or it is finished. A DomainError of the body is not raised further:
    Unavailable sends the run back to the queue until its tries are used up, any other ends it as failed with its
    message. Cancelled, and any error after somebody asked to stop, end it as cancelled. A failure of our own database
    is raised and leaves the run to be sent again; anything else is stored and raised. `failed` is told of a failure
    for good, in the transaction that stores it.
    """
    with held(_LOCK_SPACE, run_id) as is_ours:
        if not is_ours:
            raise AlreadyTaken("Another worker is at this run.")
        _take(run_id, failed)
        progress = Progress(run_id)
        try:
            with progress:
                yield progress
        except (OperationalError, InterfaceError) as error:
            log.warning("job_interrupted", job=run_id, error=str(error))
            raise
        except Exception as error:  # the edge of a job: stored in words, raised for the log unless it is in words
            if isinstance(error, Cancelled) or progress.is_cancelled:
                finish(run_id, JobState.CANCELLED, Cancelled())
                return
            fail(run_id, error, failed)
            if not isinstance(error, DomainError):
                raise
        else:
            finish(run_id, JobState.SUCCEEDED, None)


@contextmanager
def held(space: int, number: int) -> Iterator[bool]:
    """Try for the advisory lock of a number in a space of ours; say whether we have it for the body."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, number])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, number])


def _take(run_id: int, failed: Failed | None) -> None:
    now = clock.now()
    before = JobRun.objects.filter(pk=run_id).values("state", "attempts", "tries").first()
    waiting = JobRun.objects.filter(
        Q(state=JobState.RUNNING) | Q(state=JobState.QUEUED) & (Q(not_before=None) | Q(not_before__lte=now)), pk=run_id
    )
    if waiting.filter(attempts__gte=MOST_LOSSES + F("tries")).exists():
        finish(run_id, JobState.FAILED, DomainError(_LOST_TOO_OFTEN, code="worker_lost"), failed)
    taken = waiting.update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", Value(now)),
        not_before=None,
        heartbeat_at=now,
        error_code="",
        error_message="",
    )
    if not taken:
        stopped = JobRun.objects.filter(pk=run_id, state=JobState.CANCELLING)
        stopped.update(state=JobState.CANCELLED, finished_at=now)
        raise AlreadyTaken("This run is finished, or waits for its time.")
    if before and before["attempts"]:
        is_sent_back = before["state"] == JobState.QUEUED
        text = "The run is tried again." if is_sent_back else "The run was interrupted and goes on."
        JobLine.objects.create(run_id=run_id, level="info" if is_sent_back else "warning", text=text)


_LOST_TOO_OFTEN = (
    f"The run was interrupted {MOST_LOSSES} times: its worker was killed or the portal's database went away. "
    "Have an administrator look at the memory of the workers and at the log, then start it again."
)
