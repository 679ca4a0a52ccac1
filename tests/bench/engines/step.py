"""An engine in a process of its own: `python -m tests.bench.engines.step ENGINE WHAT POSTMASTER`.

Starts the engine's server, harvests it twice and prints one line of JSON.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import django

django.setup()

import pytest  # noqa: E402 - the servers of the tests say by it that they can't be had

from catalog.assets.models import Asset, Column  # noqa: E402
from catalog.harvest import actions  # noqa: E402
from catalog.harvest.models import Run  # noqa: E402
from catalog.harvest.tasks import run_harvest  # noqa: E402
from catalog.sources.models import Source  # noqa: E402
from tests.bench.meter import Cost, measured, peak_mib, server_cpu  # noqa: E402
from tests.engines import mariadb, trino  # noqa: E402

Answer = dict[str, Any]


@dataclass(frozen=True)
class Engine:
    """A server that is up, the source that it is, and how many statements it has got."""

    process: int
    source: Source
    statements: Callable[[], int]


@contextmanager
def _mariadb(tables: str) -> Iterator[Engine]:
    with mariadb.standing() as server:
        with server.admin() as connection:
            mariadb.generate(connection, int(tables))

        def statements() -> int:
            return int(server.rows("SHOW GLOBAL STATUS LIKE 'Queries'")[0][1])

        yield Engine(server._process.pid, server.source(name=f"MariaDB {tables}", slug=f"maria-{tables}"), statements)


@contextmanager
def _trino(catalog: str) -> Iterator[Engine]:
    server = trino.shared()
    yield Engine(
        server._process.pid, server.source(name=catalog, slug=catalog, database=catalog), lambda: server.statements()
    )


ENGINES = {"mariadb": _mariadb, "trino": _trino}


def measure(engine: Engine, postmaster: int) -> Answer:
    """Harvest for the first time and unchanged."""
    engine.source.save()
    sent = engine.statements()
    first, run, engine_first = _harvest(engine, postmaster)
    sent = engine.statements() - sent - 1  # the question itself is counted too
    again, second, engine_again = _harvest(engine, postmaster)
    return {
        "work": first.plain(),
        "unchanged": again.plain(),
        "engine_cpu": {"first": engine_first, "unchanged": engine_again},
        "source": sent,
        "relations": run.added,
        "columns": Column.objects.filter(asset__source=engine.source).count(),
        "changed": second.added + second.changed + second.removed,
        "there": Asset.objects.filter(source=engine.source).count(),
    }


def _harvest(engine: Engine, postmaster: int) -> tuple[Cost, Run, float]:
    job = actions._start(engine.source, by=None, trigger=Run.Trigger.SCHEDULE).job_id
    before = server_cpu(engine.process)
    with measured(postmaster) as cost:
        run_harvest(job)
    run = Run.objects.select_related("job").get(job_id=job)
    if run.job.state != "succeeded":
        raise RuntimeError(run.job.error_message)
    return cost, run, server_cpu(engine.process) - before


if __name__ == "__main__":
    name, what, own_postmaster = sys.argv[1], sys.argv[2], int(sys.argv[3])
    try:
        with ENGINES[name](what) as engine:
            told = measure(engine, own_postmaster)
    except (pytest.skip.Exception, pytest.fail.Exception) as missing:
        told = {"missing": str(missing)}
    print(json.dumps(told | {"peak_mib": peak_mib()}))
