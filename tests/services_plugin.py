"""Gives the test run its own PostgreSQL and Valkey, before Django reads its settings (`-p tests.services_plugin`).

Nothing is started when DATABASE_URL and REDIS_URL are set. Runs side by side get services of their own: `var/test`,
`var/test-2`, … ATRIUM_KEEP_SERVICES=1 leaves them running, for a faster next run.
"""

import fcntl
import os
from io import TextIOWrapper
from itertools import count
from pathlib import Path

import pytest

from portal import services

_VAR = Path(__file__).resolve().parents[1] / "var"
_held: TextIOWrapper | None = None  # the lock of our directory, held until the run is over
_root: Path | None = None


def _claim() -> tuple[Path, TextIOWrapper]:
    """The first directory that no other run uses."""
    for number in count(1):
        root = _VAR / ("test" if number == 1 else f"test-{number}")
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / "run.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return root, lock
    raise AssertionError("unreachable")


def _start() -> None:
    global _root, _held
    _root, _held = _claim()
    endpoints = services.start(_root, durable=False)
    os.environ.setdefault("DATABASE_URL", endpoints.database_url)
    os.environ.setdefault("REDIS_URL", endpoints.redis_url)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _root is not None and os.environ.get("ATRIUM_KEEP_SERVICES") != "1":
        services.stop(_root)
    if _held is not None:
        _held.close()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
if "PYTEST_XDIST_WORKER" not in os.environ and not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
    _start()
