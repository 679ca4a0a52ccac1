"""Measuring: CPU of this process and of a PostgreSQL server with all its sessions, wall time, peak memory."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

_ENDING = 0.2  # seconds a closed session takes to end, so that it is seen either alive or among the ended
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """What a piece of work took, in seconds; `peak_mib` is the most this process has held so far."""

    wall: float = 0.0
    client_cpu: float = 0.0
    server_cpu: float = 0.0
    peak_mib: float = 0.0

    @property
    def cpu(self) -> float:
        return self.client_cpu + self.server_cpu

    def plain(self) -> dict[str, float]:
        return asdict(self)


def server_cpu(postmaster: int) -> float:
    """CPU seconds of the server: its process, the children that have ended and those that live."""
    while True:
        own = _stat(postmaster)
        alive = sum(sum(_stat(pid)[:2]) for pid in _children(postmaster))
        if _stat(postmaster)[2:] == own[2:]:  # none ended between the looks: it would be counted in neither
            return (sum(own) + alive) / _TICKS


def peak_mib() -> float:
    """The most memory this process has held (VmHWM: unlike ru_maxrss it does not inherit the parent's)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("This system does not tell a process's peak memory.")


@contextmanager
def measured(postmaster: int) -> Iterator[Cost]:
    """Fill the yielded Cost with what the body took."""
    cost = Cost()
    wall, client, server = time.perf_counter(), time.process_time(), server_cpu(postmaster)
    yield cost
    cost.wall, cost.client_cpu = time.perf_counter() - wall, time.process_time() - client
    time.sleep(_ENDING)
    cost.server_cpu, cost.peak_mib = server_cpu(postmaster) - server, peak_mib()


def _stat(pid: int) -> tuple[int, int, int, int]:
    """utime, stime, cutime, cstime in ticks; zeros for a process that has just ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0, 0, 0, 0
    return int(fields[11]), int(fields[12]), int(fields[13]), int(fields[14])


def _children(parent: int) -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _parent(entry) == parent]


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
