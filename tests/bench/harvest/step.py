"""One measured step in a process of its own: `python -m tests.bench.harvest.step NAME SOURCE_URL POSTMASTER`.

Prints one line of JSON: costs by phase and what was found.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

_BEGAN = time.process_time()

import django  # noqa: E402 - the clock starts before the imports

django.setup()

from psycopg.conninfo import conninfo_to_dict  # noqa: E402

from catalog.assets.models import Asset, Column, Index, Key  # noqa: E402
from catalog.harvest import actions  # noqa: E402
from catalog.harvest.connectors import Part, Scope, connector_for  # noqa: E402
from catalog.harvest.connectors.contract import DETAIL_PARTS  # noqa: E402
from catalog.harvest.models import Run  # noqa: E402
from catalog.harvest.tasks import run_harvest  # noqa: E402
from catalog.sources.credentials import encrypt  # noqa: E402
from catalog.sources.models import Source  # noqa: E402
from portal.kit import tracing  # noqa: E402
from tests.bench.harvest import datahub, limit  # noqa: E402
from tests.bench.meter import measured, peak_mib  # noqa: E402
from tests.bench.phases import Phases  # noqa: E402

Answer = dict[str, Any]


def limit_a(url: str, postmaster: int) -> Answer:
    with measured(postmaster) as cost:
        found = limit.dump(url)
    return {"work": cost.plain(), "bytes": found}


def limit_b(url: str, postmaster: int) -> Answer:
    with measured(postmaster) as cost:
        found = limit.dump_parsed(url)
    return {"work": cost.plain(), "relations": found}


def extract(url: str, postmaster: int) -> Answer:
    """Everything that a first harvest reads, dropped instead of staged."""
    with measured(postmaster) as cost, connector_for(_source(url)).reading(_source(url), Scope()) as reading:
        for _ in reading.overview(Part.SCHEMAS):
            pass
        overview = b"".join(reading.overview(Part.RELATIONS))
        relations = [int(line.partition(b"\t")[0]) for line in overview.splitlines()]
        received = len(overview) + sum(
            len(block) for part in DETAIL_PARTS for block in reading.details(part, relations)
        )
    return {"work": cost.plain(), "bytes": received, "relations": len(relations)}


def harvest(url: str, postmaster: int) -> Answer:
    """A whole run as the worker does it, its phases timed apart."""
    job = actions._start(_source(url), by=None, trigger=Run.Trigger.SCHEDULE).job_id
    phases = Phases(postmaster)
    tracing.switch(phases)
    with measured(postmaster) as whole:
        run_harvest(job)
    run = Run.objects.select_related("job").get(job_id=job)
    if run.job.state != "succeeded" or run.outcome != Run.Outcome.APPLIED:
        raise RuntimeError(f"{run.job.state} {run.outcome} {run.job.error_message}")
    counts = {name: getattr(run, name) for name in ("added", "changed", "removed", "unchanged")}
    stored = sum(model._base_manager.count() for model in (Asset, Column, Key, Index))
    return {"work": whole.plain()} | phases.costs | {"counts": counts, "stored": stored}


def peer(url: str, postmaster: int) -> Answer:
    """The peer's extraction into a file: no profiling, everything else as it comes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with measured(postmaster) as cost:
        relations = datahub.ingest(url)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.client_cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"work": cost.plain(), "relations": relations, "peak_mib": after.ru_maxrss / 1024}


def _source(url: str) -> Source:
    facts = conninfo_to_dict(url)
    source = Source.objects.filter(database=facts["dbname"]).first()
    return source or Source.objects.create(
        name=str(facts["dbname"]),
        slug=str(facts["dbname"]).replace("_", "-"),
        host=str(facts["host"]),
        port=int(str(facts["port"])),
        database=str(facts["dbname"]),
        username=str(facts["user"]),
        password_encrypted=encrypt(str(facts["password"])),
    )


STEPS: dict[str, Callable[[str, int], Answer]] = {
    "limit_a": limit_a,
    "limit_b": limit_b,
    "extract": extract,
    "harvest": harvest,
    "peer": peer,
}

if __name__ == "__main__":
    name, source_url, postmaster = sys.argv[1], sys.argv[2], int(sys.argv[3])
    started = time.process_time() - _BEGAN
    answer = STEPS[name](source_url, postmaster)
    print(json.dumps({"import_cpu": started, "peak_mib": peak_mib()} | answer))
