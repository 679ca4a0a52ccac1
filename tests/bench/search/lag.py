"""How soon a change is found: changes are committed at a steady rate while a worker of the portal keeps the index."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, transaction

from catalog.assets.actions.news import ASSET_CHANGED
from catalog.assets.models import Description
from catalog.search import queries
from catalog.search.backend import SearchRequest
from portal.kit import clock, outbox
from tests.bench.search.costs import percentiles

ASSETS_A_SECOND = 50
_COMMITS_A_SECOND = 5
_LOOKS_EVERY_S = 0.05
_PATIENCE_S = 60
_WAKING_S = 10.0


def lag(person_id: int, engine: str, seconds: int) -> dict[str, Any]:
    """Describe assets anew and look for the new word of each commit until it is found; return seconds of lag."""
    begun = clock.now().strftime("%H%M%S")
    with _worker():
        written: list[tuple[str, float]] = []
        writer = threading.Thread(target=_write, args=(begun, seconds, written), daemon=True)
        writer.start()
        lags = list(_lags(person_id, engine, writer, written))
    return {"lag": percentiles(lags), "commits": len(lags), "a_second": ASSETS_A_SECOND}


def _write(begun: str, seconds: int, written: list[tuple[str, float]]) -> None:
    """Commit some assets at a time, each time with a word of their own."""
    each = ASSETS_A_SECOND // _COMMITS_A_SECOND
    start = time.monotonic()
    for number in range(seconds * _COMMITS_A_SECOND):
        word = f"freshly{_letters(f'{begun}{number:05}')}"
        ids = range(1 + number * each, 1 + (number + 1) * each)
        with transaction.atomic():
            Description.objects.filter(asset_id__in=ids).delete()
            Description.objects.bulk_create(Description(asset_id=pk, text=f"Said {word} now.") for pk in ids)
            outbox.put(ASSET_CHANGED, ids)
        written.append((word, time.monotonic()))
        time.sleep(max(0.0, start + (number + 1) / _COMMITS_A_SECOND - time.monotonic()))
    connections.close_all()


def _letters(digits: str) -> str:
    """Return a number as letters: a word with digits in it is two words."""
    return digits.translate(str.maketrans("0123456789", "bcdfghjklm"))


def _lags(person_id: int, engine: str, writer: threading.Thread, written: list[tuple[str, float]]) -> Iterator[float]:
    """Look for one commit after the other; what was found while looking for another counts when it is looked at.

    So the lag is never told too short; too long by a look at most.
    """
    place = 0
    while writer.is_alive() or place < len(written):
        if place == len(written):
            time.sleep(_LOOKS_EVERY_S)
            continue
        word, committed = written[place]
        if _is_found(person_id, engine, word):
            yield time.monotonic() - committed
            place += 1
        elif time.monotonic() - committed > _PATIENCE_S:
            raise RuntimeError(f"A change is not found after {_PATIENCE_S} s by {engine}.")
        else:
            time.sleep(_LOOKS_EVERY_S)


def _is_found(person_id: int, engine: str, word: str) -> bool:
    person = get_user_model().objects.get(pk=person_id)
    answer = queries.search(SearchRequest(person=person, text=f'"{word}"', size=10))
    return answer.engine == engine and not answer.is_guess and answer.total == ASSETS_A_SECOND // _COMMITS_A_SECOND


@contextmanager
def _worker() -> Iterator[None]:
    """Run the portal's worker and its schedule, as an installation does."""
    celery = [sys.executable, "-m", "celery", "-A", "portal.celery"]
    Path(settings.CELERY_BEAT_SCHEDULE_FILENAME).parent.mkdir(parents=True, exist_ok=True)
    commands = (
        [*celery, "worker", "-c", "2", "--loglevel", "WARNING"],
        [*celery, "--quiet", "beat", "--loglevel", "WARNING", "--pidfile="],
    )
    running = [subprocess.Popen(one, start_new_session=True) for one in commands]
    try:
        time.sleep(_WAKING_S)
        yield
    finally:
        for one in running:
            os.killpg(one.pid, signal.SIGTERM)
        for one in running:
            one.wait(60)
