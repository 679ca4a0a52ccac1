"""What a running job says about itself, and how it learns that it shall stop."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from django.db import Error, connection, connections

from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.logs import get_logger
from portal.kit.models import JobLine, JobRun, JobState

log = get_logger(__name__)
HEARTBEAT_SECONDS = 1.0

Level = Literal["info", "warning", "error"]


class Cancelled(DomainError):
    """Somebody has asked the run to stop."""

    code = "cancelled"

    def __init__(self, message: str = "Stopped as asked. What was applied before stays applied.") -> None:
        super().__init__(message)


class Progress:
    """The link between a run's work and its row, kept by a thread of its own while the `with` lasts.

    A lending hand (`owns_run=False`) tells nothing of itself and stops when the run is no longer running.
    """

    def __init__(self, run_id: int, *, owns_run: bool = True) -> None:
        self.run_id = run_id
        self._owns_run = owns_run
        self._facts: dict[str, int | str] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._cancelled = threading.Event()
        self._stoppers: list[Callable[[], None]] = []
        self._writers: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{run_id}", daemon=True)

    @property
    def is_cancelled(self) -> bool:
        """Return whether somebody has asked to stop."""
        return self._cancelled.is_set()

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
        if self.is_cancelled:
            raise Cancelled

    def pause(self, seconds: float) -> None:
        """Wait; raise Cancelled when somebody asks to stop meanwhile."""
        self._cancelled.wait(seconds)
        self.check()

    @contextmanager
    def stopped_by(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call `stop`, from another thread and maybe several times, when somebody asks to stop during the body."""
        self._stoppers.append(stop)
        try:
            yield
        finally:
            self._stoppers.remove(stop)

    @contextmanager
    def written_by(self, write: Callable[[], None]) -> Iterator[None]:
        """Call `write` at every heartbeat of the body, from another thread with a connection of its own."""
        self._writers.append(write)
        try:
            yield
        finally:
            self._writers.remove(write)

    def line(self, text: str, level: Level = "info") -> None:
        """Add a line to the run's log."""
        JobLine.objects.create(run_id=self.run_id, level=level, text=text)

    def _beat(self) -> None:
        try:
            while True:
                stopping = self._stop.wait(HEARTBEAT_SECONDS)
                self._write()
                if self.is_cancelled and not stopping:
                    self._stop_what_runs()
                if stopping:
                    return
        finally:
            connections.close_all()

    def _write(self) -> None:
        """Store what is new and look whether to stop; a database that is away is tried again at the next beat."""
        with self._lock:
            facts, self._facts = self._facts, {}
        try:
            if self._owns_run:
                JobRun.objects.filter(pk=self.run_id).update(heartbeat_at=clock.now(), **facts)
            if self._shall_stop():
                self._cancelled.set()
            for write in list(self._writers):
                write()
        except Error as error:
            log.warning("heartbeat_failed", job=self.run_id, error=str(error))
            connection.close()
            with self._lock:
                self._facts = facts | self._facts

    def _shall_stop(self) -> bool:
        rows = JobRun.objects.filter(pk=self.run_id)
        if self._owns_run:
            return rows.filter(state=JobState.CANCELLING).exists()
        return not rows.filter(state=JobState.RUNNING).exists()

    def _stop_what_runs(self) -> None:
        """Again at every beat: a statement may have begun just after the last one was stopped."""
        for stop in list(self._stoppers):
            try:
                stop()
            except Exception as error:  # noqa: BLE001 - a driver's; the work ends at its next check all the same
                log.warning("stopping_failed", job=self.run_id, error=str(error))

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
