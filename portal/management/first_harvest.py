"""Shows the newest harvest while it runs, reading the job's row: the supervisor stays free of Django."""

import time
from collections.abc import Callable

import psycopg

from portal.management.console import Bar

_LATEST = """
    select state, done, total, message, error_message from kit_jobrun
    where kind = 'harvest' order by id desc limit 1
"""
_UNFINISHED = {"queued", "running", "cancelling"}


def show(database_url: str, *, tend: Callable[[], None], seconds: float = 300.0) -> None:
    """Draw the bar until the harvest is over; returns at once when none is under way."""
    bar = Bar("First harvest")
    deadline = time.monotonic() + seconds
    shown = False
    while time.monotonic() < deadline:
        tend()
        row = _latest(database_url)
        if row is None or row[0] not in _UNFINISHED:
            break
        shown = True
        bar(int(str(row[1])), int(str(row[2])), str(row[3]) or "waiting for a worker")
        time.sleep(0.3)
    if shown and row is not None:
        bar.finish(str(row[3] or row[0]) if row[0] == "succeeded" else f"{row[0]}: {row[4] or row[3]}")


def _latest(database_url: str) -> tuple[object, ...] | None:
    with psycopg.connect(database_url, connect_timeout=10) as connection:
        return connection.execute(_LATEST).fetchone()
