"""Numbers for Prometheus. What a process counts lies in a file of its own; a scrape adds up the files of all.

Labels are words of ours (views, tasks, engines), never names of sources, people or data, which may be private.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

__all__ = [
    "CONTENT_TYPE_LATEST",
    "REGISTRY",
    "Counter",
    "Gauge",
    "Histogram",
    "Metric",
    "exposition",
    "gauge",
    "share",
]

REGISTRY = CollectorRegistry()
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_ENDED = 0  # stands for all processes that have ended, in the name of a file

REQUEST_SECONDS = Histogram(
    "atrium_request_seconds",
    "Requests by the name of their view.",
    ["view", "method", "status"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
TASK_SECONDS = Histogram(
    "atrium_task_seconds",
    "Background tasks by name and how they ended.",
    ["task", "outcome"],
    registry=REGISTRY,
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600),
)


def share(directory: Path) -> None:
    """Keep this process's numbers in the directory, where the web server finds them; before the first is counted.

    Raises OSError when the directory can't be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    os.environ[_VARIABLE] = str(directory)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def gauge(name: str, about: str, values: Iterable[tuple[dict[str, str], float]]) -> Metric:
    """Return a number as it is now, read at the scrape, with its labels."""
    rows = list(values)
    family = GaugeMetricFamily(name, about, labels=list(rows[0][0]) if rows else [])
    for labels, value in rows:
        family.add_metric(list(labels.values()), value)
    return family


class _Given:
    """What was read at the scrape, as a collector."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def exposition(families: Iterable[Metric]) -> bytes:
    """Return everything counted, and these families, in Prometheus's text format."""
    whole = CollectorRegistry(auto_describe=False)
    whole.register(_Given(families))
    directory = os.environ.get(_VARIABLE)
    if not directory:
        whole.register(_Given(REGISTRY.collect()))
        return generate_latest(whole)
    with _alone(Path(directory)):
        _add_up_ended(Path(directory))
        MultiProcessCollector(whole, directory)  # type: ignore[no-untyped-call]  # registers itself
        return generate_latest(whole)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    with (directory / "scrape.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _add_up_ended(directory: Path) -> None:
    """Move what ended processes counted into one file: their numbers stay, their files do not pile up."""
    for path in directory.glob("*_*.db"):
        kind, _, pid = path.stem.rpartition("_")
        if int(pid) == _ENDED or _lives(pid):
            continue
        if not kind.startswith("gauge"):  # what a process holds open ends with it
            _add(path, directory / f"{kind}_{_ENDED}.db")
        path.unlink()


def _lives(pid: str) -> bool:
    """A zombie, whose parent has not looked after it, counts nothing any more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in {"Z", "X"}
    except FileNotFoundError:
        return False


def _add(part: Path, whole: Path) -> None:
    total = MmapedDict(str(whole))  # type: ignore[no-untyped-call]
    for key, value, _, _ in MmapedDict.read_all_values_from_file(str(part)):  # type: ignore[no-untyped-call]
        before, _ = total.read_value(key)  # type: ignore[no-untyped-call]
        total.write_value(key, before + value, 0.0)  # type: ignore[no-untyped-call]
    total.close()  # type: ignore[no-untyped-call]
