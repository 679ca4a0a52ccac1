"""Measuring single requests: wall, CPU of this process and of the servers, in milliseconds to the microsecond."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Costs:
    """What requests of one kind took, in ms each."""

    wall: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    def plain(self) -> dict[str, dict[str, float]]:
        """Return percentiles by measure; `whole` is client and database together."""
        whole = [sum(both) for both in zip(self.client, self.database, strict=True)]
        kinds = {"wall": self.wall, "client": self.client, "database": self.database, "whole": whole}
        return {name: percentiles(values) for name, values in kinds.items()}


def percentiles(values: Iterable[float]) -> dict[str, float]:
    """Return p50, p95, p99, and the mean."""
    ordered = sorted(values)
    at = {f"p{part}": ordered[min(len(ordered) - 1, len(ordered) * part // 100)] for part in (50, 95, 99)}
    return at | {"mean": sum(ordered) / len(ordered)}


class Meter:
    """Reads the clocks of this process and of its database session."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def measure(self, costs: Costs, work: Callable[[], Any]) -> Any:
        """Do the work, add what it took, return what it returned."""
        database, client, wall = self._database(), time.process_time(), time.perf_counter()
        found = work()
        costs.wall.append((time.perf_counter() - wall) * 1000)
        costs.client.append((time.process_time() - client) * 1000)
        costs.database.append((self._database() - database) * 1000)
        return found

    def _database(self) -> float:
        """Seconds that the session's process has been on a processor."""
        return int(self._clock.read_text().split()[0]) / 1e9


def process_cpu(pid: int) -> float:
    """CPU seconds of a process with its children, ended ones included; to the hundredth."""
    own = _ticks(pid)
    return (own + sum(_ticks(child) for child in _children(pid))) / _TICKS


def _ticks(pid: int) -> int:
    try:
        return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    except FileNotFoundError:
        return 0


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        found = [int(child) for child in listed.read_text().split()]
    except FileNotFoundError:
        return []
    return [*found, *(below for child in found for below in _children(child))]
