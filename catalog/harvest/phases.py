"""Where a run stands, how much it has read, and how long it may still take."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F

from catalog.harvest.connectors import Part, Reading
from catalog.harvest.models import Run
from portal.kit import clock


class Phase(models.TextChoices):
    """A stretch of a run. Reading begins anew when the source moves; applying goes on after an interruption."""

    CONNECTING = "connecting", "Connecting"
    READING = "reading", "Reading"
    COMPARING = "comparing", "Comparing"
    APPLYING = "applying", "Applying"
    DONE = "done", "Done"


def enter(run: Run, phase: Phase) -> None:
    """Note that a phase begins."""
    run.phase = phase
    run.phases = [*run.phases, [phase.value, clock.now().isoformat()]]
    Run.objects.filter(pk=run.pk).update(phase=run.phase, phases=run.phases)


class Volume:
    """How much a participant of a run has read; `write` stores it and is called from another thread."""

    def __init__(self, run: Run, *, counts_relations: bool = True) -> None:
        self._run_id = run.pk
        self._counts_relations = counts_relations
        self._bytes = 0
        self._relations = self._stored = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Count relations from nothing: the catalog is listed anew."""
        with self._lock:
            self._relations = self._stored = 0

    def add(self, part: Part, block: bytes) -> None:
        """Count a block."""
        with self._lock:
            self._bytes += len(block)
            if part is Part.RELATIONS:
                self._relations += block.count(b"\n")

    def write(self) -> None:
        """Store what was counted since the last time; nothing new touches no row."""
        with self._lock:
            read, relations = self._bytes, self._relations
            self._bytes = 0
        facts: dict[str, object] = {"bytes_read": F("bytes_read") + read} if read else {}
        if self._counts_relations and relations > self._stored:
            facts["relations_read"] = self._stored = relations
        if facts:
            Run.objects.filter(pk=self._run_id).update(**facts)


class Counted:
    """A Reading whose blocks are counted."""

    def __init__(self, reading: Reading, volume: Volume) -> None:
        self._reading, self._volume = reading, volume
        self.warnings, self.cancel = reading.warnings, reading.cancel

    def overview(self, part: Part) -> Iterator[bytes]:
        """Stream and count a part of the overview."""
        return self._counted(part, self._reading.overview(part))

    def details(self, part: Part, relations: Sequence[int]) -> Iterator[bytes]:
        """Stream and count a part of the details."""
        return self._counted(part, self._reading.details(part, relations))

    def _counted(self, part: Part, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._volume.add(part, block)
            yield block


@dataclass(frozen=True)
class Pace:
    """How fast a run goes. None where nothing can be said yet."""

    elapsed: timedelta
    relations_per_minute: int | None = None
    bytes_per_second: int | None = None
    remaining: timedelta | None = None


def pace(run: Run) -> Pace:
    """Return the pace of a run, from its own figures; the remaining time once schemas are being applied."""
    began, end = run.job.started_at, run.job.finished_at or clock.now()
    if began is None:
        return Pace(timedelta(0))
    elapsed = end - began
    seconds = elapsed.total_seconds()
    if seconds < 1:
        return Pace(elapsed)
    return Pace(
        elapsed,
        round(run.relations_read * 60 / seconds) if run.relations_read else None,
        round(run.bytes_read / seconds) if run.bytes_read else None,
        None if run.job.is_finished else _remaining(run),
    )


def _remaining(run: Run) -> timedelta | None:
    """Judge by the part of the schemas that is done since applying began."""
    began = next((datetime.fromisoformat(at) for name, at in run.phases if name == Phase.APPLYING), None)
    if run.phase != Phase.APPLYING or began is None or not run.job.done or not run.job.total:
        return None
    return (clock.now() - began) * max(0, run.job.total - run.job.done) / run.job.done
