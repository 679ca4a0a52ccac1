"""What harvests measure of themselves: log ids, spans and numbers by engine, never by the name of a source."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from catalog.harvest.models import Run
from catalog.sources.models import Source
from portal.kit import metrics, tracing
from portal.kit.logs import about

_SECONDS = metrics.Histogram(
    "atrium_harvest_seconds",
    "Time that workers were at harvests, by engine and how it ended.",
    ["engine", "state"],
    registry=metrics.REGISTRY,
    buckets=(0.5, 1, 5, 15, 60, 300, 900, 3600, 7200),
)
_ROWS = metrics.Counter(
    "atrium_harvest_rows",
    "Rows that harvests have read, by engine and what they tell of: relations, columns …",
    ["engine", "part"],
    registry=metrics.REGISTRY,
)
_ASSETS = metrics.Counter(
    "atrium_harvest_assets",
    "Assets by what harvests have done to them.",
    ["engine", "change"],
    registry=metrics.REGISTRY,
)
_SESSIONS = metrics.Gauge(
    "atrium_source_sessions",
    "Sessions that workers hold at sources now, by engine.",
    ["engine"],
    registry=metrics.REGISTRY,
    multiprocess_mode="livesum",
)
_CHANGES = ("added", "changed", "removed", "unchanged")
_engine: ContextVar[str] = ContextVar("engine", default="unknown")


@contextmanager
def observed(job_id: int) -> Iterator[None]:
    """Watch a worker at the harvest of a job: every line carries its ids, and how it went is counted."""
    before = _run(job_id)
    ids = {"job": job_id, "run": before.pk, "source": before.source_id}
    token = _engine.set(before.source.engine)
    began = time.perf_counter()
    try:
        with about(**ids), tracing.span("harvest", engine=before.source.engine) as span:
            span.note(**ids)
            yield
        after = _run(job_id)
        if after.job.is_finished and not before.job.is_finished:
            _count(after, time.perf_counter() - began)
    finally:
        _engine.reset(token)


def phase(name: str) -> AbstractContextManager[tracing.Span]:
    """Watch a phase of a harvest."""
    return tracing.span(f"harvest {name}")


@contextmanager
def session(source: Source) -> Iterator[None]:
    """Count a session at the source while the body holds it."""
    held = _SESSIONS.labels(source.engine)
    held.inc()
    try:
        yield
    finally:
        held.dec()


def staged(part: str, rows: int) -> None:
    """Count rows that were read."""
    _ROWS.labels(_engine.get(), part).inc(rows)


def _run(job_id: int) -> Run:
    return Run.objects.select_related("source", "job").get(job_id=job_id)


def _count(run: Run, seconds: float) -> None:
    _SECONDS.labels(run.source.engine, run.job.state).observe(seconds)
    for change in _CHANGES:
        _ASSETS.labels(run.source.engine, change).inc(getattr(run, change))


_RUNS = """
    SELECT job.state, run.kind, COALESCE(NULLIF(run.outcome, ''), 'none'), count(*)
    FROM harvest_run AS run JOIN kit_jobrun AS job ON job.id = run.job_id GROUP BY 1, 2, 3
"""
_SOURCES = """
    SELECT CASE WHEN NOT source.is_enabled THEN 'off' ELSE COALESCE(last.state, 'never_harvested') END, count(*)
    FROM sources_source AS source
    LEFT JOIN LATERAL (
        SELECT job.state FROM harvest_run AS run JOIN kit_jobrun AS job ON job.id = run.job_id
        WHERE run.source_id = source.id AND job.state IN ('succeeded', 'failed', 'cancelled')
        ORDER BY run.id DESC LIMIT 1
    ) AS last ON true
    GROUP BY 1
"""


def read() -> Iterator[metrics.Metric]:
    """Read from the database how harvests and sources stand now."""
    runs = [
        ({"state": state, "kind": kind, "outcome": outcome}, number) for state, kind, outcome, number in _rows(_RUNS)
    ]
    yield metrics.gauge("atrium_harvest_runs", "Harvest runs by state, kind and outcome.", runs)
    health = [({"health": how}, number) for how, number in _rows(_SOURCES)]
    yield metrics.gauge("atrium_sources", "Sources by how their last finished harvest ended.", health)


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
