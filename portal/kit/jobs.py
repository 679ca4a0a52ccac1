"""Background work with stored progress: one worker at a time, cancellable, revived when its worker is lost.

A run is held under an advisory lock of its database session, so that a redelivered message can't run it twice: the lock
falls with the connection. Progress and heartbeat are written by a second connection, so that they show while the
work's own transaction is still open. When our own database goes away in the middle, the run is left as it is: it is
sent again once its heartbeat is old, and its work has to go on from what was committed.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal

from celery import current_app
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection, connections, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from kombu.exceptions import OperationalError as BrokerDown

from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.logs import get_logger
from portal.kit.models import UNFINISHED, JobLine, JobRun, JobState
from portal.kit.people import Person

log = get_logger(__name__)
_LOCK_SPACE = 0x4A4F42  # "JOB": keeps our advisory locks apart from others'
_HEARTBEAT_SECONDS = 1.0
_MOST_ATTEMPTS = 5  # a run that takes its worker down with it must not do so for ever

Level = Literal["info", "warning", "error"]


class Cancelled(DomainError):
    """Somebody has asked the run to stop."""

    code = "cancelled"


class AlreadyTaken(DomainError):
    """Another worker holds the run, or it is finished: nothing is left to do here."""

    code = "already_taken"


def start(*, kind: str, subject: str, task: str, by: Person | None) -> JobRun:
    """Create a run and send its task once the transaction is committed."""
    run = JobRun.objects.create(kind=kind, subject=subject[:200], task=task, requested_by_id=by.pk if by else None)
    transaction.on_commit(lambda: _send(run))
    return run


def _send(run: JobRun) -> None:
    """Hand the run to a worker. A broker that is down loses nothing: the run is sent again by revive_stalled()."""
    try:
        current_app.send_task(run.task, [run.pk])
    except BrokerDown:
        log.warning("broker_down", job=run.pk)


def cancel(run: JobRun, *, by: Person) -> None:
    """Ask the run to stop; raise Conflict when it has finished."""
    moved = JobRun.objects.filter(pk=run.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, finished_at=clock.now()
    ) or JobRun.objects.filter(pk=run.pk, state=JobState.RUNNING).update(state=JobState.CANCELLING)
    if not moved:
        raise Conflict("This run has already finished or is stopping.")
    JobLine.objects.create(run=run, level="info", text=f"{by} asked to stop the run.")


def revive_stalled() -> int:
    """Send again what no worker has a hand on: lost messages, killed workers. Return how many."""
    before = clock.now() - timedelta(seconds=settings.JOB_STALLED_AFTER)
    lost = Q(state=JobState.QUEUED) | Q(heartbeat_at__lt=before) | Q(heartbeat_at=None)
    runs = list(JobRun.objects.filter(lost, state__in=UNFINISHED, sent_at__lt=before))
    for run in runs:
        JobRun.objects.filter(pk=run.pk).update(sent_at=clock.now())
        _send(run)
    return len(runs)


class Progress:
    """What a running job says about itself, and how it learns that it shall stop."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self._facts: dict[str, int | str] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._cancelled = threading.Event()
        self._stoppers: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{run_id}", daemon=True)

    def step(self, message: str, *, done: int | None = None, total: int | None = None) -> None:
        """Say what is going on now; raise Cancelled when somebody asked to stop."""
        self.check()
        with self._lock:
            self._facts["message"] = message[:300]
            if done is not None:
                self._facts["done"] = done
            if total is not None:
                self._facts["total"] = total

    def check(self) -> None:
        """Raise Cancelled when somebody has asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled("Stopped as asked. What was applied before stays applied.")

    @contextmanager
    def stopped_by(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call `stop`, from another thread, when somebody asks to stop while the body works."""
        self._stoppers.append(stop)
        try:
            yield
        finally:
            self._stoppers.remove(stop)

    def line(self, text: str, level: Level = "info") -> None:
        """Add a line to the run's log."""
        JobLine.objects.create(run_id=self.run_id, level=level, text=text)

    def _beat(self) -> None:
        try:
            while True:
                stopping = self._stop.wait(_HEARTBEAT_SECONDS)
                self._write()
                if stopping:
                    return
        finally:
            connections.close_all()

    def _write(self) -> None:
        """Store what is new and look whether to stop; a database that is away is tried again at the next beat."""
        with self._lock:
            facts, self._facts = self._facts, {}
        try:
            JobRun.objects.filter(pk=self.run_id).update(heartbeat_at=clock.now(), **facts)
            if JobRun.objects.filter(pk=self.run_id, state=JobState.CANCELLING).exists():
                self._cancelled.set()
        except Error as error:
            log.warning("heartbeat_failed", job=self.run_id, error=str(error))
            connection.close()
            with self._lock:
                self._facts = facts | self._facts

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


@contextmanager
def running(run_id: int) -> Iterator[Progress]:
    """Hold the run while the body works, and store how it ended.

    Raises AlreadyTaken when another worker holds it or it is finished. A DomainError of the body ends the run as
    failed with its message and is not raised further; Cancelled ends it as cancelled; a failure of our own database is
    raised and leaves the run to be sent again; anything else is stored and raised.
    """
    with _held(run_id):
        _take(run_id)
        try:
            with Progress(run_id) as progress:
                yield progress
        except Cancelled as stop:
            _finish(run_id, JobState.CANCELLED, stop)
        except DomainError as error:
            _finish(run_id, JobState.FAILED, error)
        except (OperationalError, InterfaceError) as error:
            log.warning("job_interrupted", job=run_id, error=str(error))
            raise
        except Exception as error:  # the edge of a job: stored in words, then raised for the log
            _finish(run_id, JobState.FAILED, DomainError(_unexpected(error), code="unexpected"))
            raise
        else:
            _finish(run_id, JobState.SUCCEEDED, None)


@contextmanager
def _held(run_id: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, run_id])
        if not cursor.fetchone()[0]:
            raise AlreadyTaken("Another worker is at this run.")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, run_id])


def _take(run_id: int) -> None:
    now = clock.now()
    waiting = JobRun.objects.filter(pk=run_id, state__in=(JobState.QUEUED, JobState.RUNNING))
    if waiting.filter(attempts__gte=_MOST_ATTEMPTS).exists():
        _finish(run_id, JobState.FAILED, DomainError(_LOST_TOO_OFTEN, code="worker_lost"))
    taken = waiting.update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", Value(now)),
        heartbeat_at=now,
        error_code="",
        error_message="",
    )
    if not taken:
        stopped = JobRun.objects.filter(pk=run_id, state=JobState.CANCELLING)
        stopped.update(state=JobState.CANCELLED, finished_at=now)
        raise AlreadyTaken("This run is finished.")
    if JobRun.objects.filter(pk=run_id, attempts__gt=1).exists():
        JobLine.objects.create(run_id=run_id, level="warning", text="The run was interrupted and goes on.")


def _finish(run_id: int, state: JobState, error: DomainError | None) -> None:
    JobRun.objects.filter(pk=run_id).update(
        state=state,
        finished_at=clock.now(),
        error_code=error.code if error else "",
        error_message=error.message if error else "",
    )
    if error:
        level: Level = "info" if state == JobState.CANCELLED else "error"
        JobLine.objects.create(run_id=run_id, level=level, text=error.message)


_LOST_TOO_OFTEN = (
    f"The run was interrupted {_MOST_ATTEMPTS} times: its worker was killed or the portal's database went away. "
    "Have an administrator look at the memory of the workers and at the log, then start it again."
)


def _unexpected(error: Exception) -> str:
    return f"The run ended with an unexpected error ({type(error).__name__}). An administrator finds it in the log."
