"""Shows the first harvests while they run, reading the jobs' rows: the supervisor stays free of Django."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from portal.management.console import Bar

_AT_HAND = """
    select state, done, total, message, error_message from kit_jobrun
    where kind = 'harvest'
    order by state = any(%s) desc, state = 'running' desc, case when state = any(%s) then id else -id end limit 1
"""
_BEGINS_WITHIN = 60.0
_UNFINISHED = ["queued", "running", "cancelling"]


@dataclass(frozen=True)
class Run:
    """A row of kit_jobrun."""

    state: str
    done: int
    total: int
    message: str
    error_message: str

    @property
    def outcome(self) -> str:
        return self.message or "done" if self.state == "succeeded" else f"{self.state}: {self.error_message}"


def show(database_url: str, *, tend: Callable[[], None], seconds: float = 300.0) -> bool:
    """Draw the bar until the first harvests are over; False at once when an earlier run of the portal has seen them."""
    bar = Bar("First harvest")
    deadline = time.monotonic() + seconds
    patience = time.monotonic() + _BEGINS_WITHIN
    shown = False
    while time.monotonic() < deadline:
        tend()
        run = _at_hand(database_url)
        if run is not None and run.state not in _UNFINISHED:
            if shown:
                bar.finish(run.outcome)
            return shown
        if run is None and time.monotonic() > patience:
            bar.finish("has not begun; start one on the page of harvests")
            return False
        shown = True
        bar(run.done if run else 0, run.total if run else 0, (run and run.message) or "waiting for a worker")
        time.sleep(0.3)
    bar.finish("still under way; see the page of harvests")
    return False


def _at_hand(database_url: str) -> Run | None:
    """The harvest that runs or waits, else the newest; None also while the database is being started again."""
    try:
        with psycopg.connect(database_url, connect_timeout=10, row_factory=class_row(Run)) as connection:
            return connection.execute(_AT_HAND, [_UNFINISHED, _UNFINISHED]).fetchone()
    except psycopg.OperationalError:
        return None
