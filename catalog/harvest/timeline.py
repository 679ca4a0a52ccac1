"""What a run's page says in words: its phases with their lengths, its pace, what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from catalog.harvest.models import Run
from catalog.harvest.phases import Pace, Phase
from portal.kit import clock

_KIB, _MIB, _GIB = 1024, 1024**2, 1024**3


@dataclass(frozen=True)
class Stretch:
    """A phase of a run, once: reading may have begun anew."""

    label: str
    began_at: datetime
    length: timedelta
    is_now: bool
    has_failed: bool

    @property
    def words(self) -> str:
        """Say how long it took, or takes already."""
        return f"{in_words(self.length)}{' so far' if self.is_now else ''}"

    @property
    def state(self) -> str:
        """Return the state of the step."""
        return "problem" if self.has_failed else "now" if self.is_now else "done"


def stretches(run: Run) -> list[Stretch]:
    """Return the phases in the order in which they were entered."""
    entered = [(str(name), datetime.fromisoformat(at)) for name, at in run.phases]
    end = run.job.finished_at or clock.now()
    closed = [*entered, (str(Phase.DONE), max(end, entered[-1][1]) if entered else end)]
    return [
        Stretch(
            label=_label(name),
            began_at=began,
            length=until - began,
            is_now=began == entered[-1][1] and not run.job.is_finished,
            has_failed=began == entered[-1][1] and run.job.state in ("failed", "cancelled"),
        )
        for (name, began), (_, until) in pairwise(closed)
        if name != Phase.DONE
    ]


def pace_words(pace: Pace) -> list[tuple[str, str]]:
    """Return what there is to say of a run's pace, each with its name."""
    return list(_pace(pace))


def duration(run: Run) -> timedelta | None:
    """Return how long a run took, or takes already; None before it has begun."""
    began = run.job.started_at
    return (run.job.finished_at or clock.now()) - began if began else None


def took(run: Run) -> str:
    """Say how long a run took, or takes already; nothing before it has begun."""
    length = duration(run)
    return in_words(length) if length is not None else ""


def in_words(length: timedelta) -> str:
    """Say 0.4 s, 12 s, 3 min 20 s, 2 h 5 min."""
    seconds = length.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size_words(number: float) -> str:
    """Say 512 bytes, 3.2 KB, 1.5 MB, 2 GB."""
    for unit, size in (("GB", _GIB), ("MB", _MIB), ("KB", _KIB)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number:.0f} bytes"


def _pace(pace: Pace) -> Iterator[tuple[str, str]]:
    if pace.relations_per_minute is not None:
        yield "Pace", f"{pace.relations_per_minute:,} tables and views a minute"
    if pace.bytes_per_second is not None:
        yield "Reading", f"{size_words(pace.bytes_per_second)} a second"
    if pace.remaining is not None:
        yield "Time left", f"about {_about(pace.remaining)}"


def _about(length: timedelta) -> str:
    minutes = length.total_seconds() / 60
    if minutes < 1:
        return "a few seconds" if minutes < 0.25 else "a minute"
    return in_words(timedelta(minutes=round(minutes)))


def _label(name: str) -> str:
    return Phase(name).label if name in Phase.values else name.replace("_", " ").capitalize()
