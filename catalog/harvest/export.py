"""The list of runs as CSV, with the numbers that the person may see."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from catalog.harvest.models import Run
from catalog.harvest.queries import Tally, tallies
from catalog.harvest.timeline import duration
from portal.kit.people import signed_in
from portal.kit.tables import Column, Table, csv_of

MOST_ROWS = 20_000


class RunTable(Table):
    """A run in a row."""

    run = Column()
    source = Column()
    kind = Column()
    trigger = Column()
    asked_by = Column()
    state = Column()
    outcome = Column()
    started_at = Column()
    finished_at = Column()
    seconds = Column()
    added = Column()
    changed = Column()
    removed = Column()
    error = Column()


def runs_csv(request: HttpRequest, runs: QuerySet[Run]) -> StreamingHttpResponse:
    """Stream the runs, newest first, at most MOST_ROWS."""
    rows = list(runs[:MOST_ROWS])
    numbers = tallies(signed_in(request), rows)
    return csv_of(RunTable([_row(run, numbers.get(run.pk, Tally())) for run in rows], request=request), "harvests")


def _row(run: Run, tally: Tally) -> dict[str, Any]:
    job, length = run.job, duration(run)
    return {
        "run": run.pk,
        "source": run.source.name,
        "kind": run.kind,
        "trigger": run.trigger,
        "asked_by": str(job.requested_by or ""),
        "state": job.state,
        "outcome": run.outcome,
        "started_at": job.started_at.isoformat() if job.started_at else "",
        "finished_at": job.finished_at.isoformat() if job.finished_at else "",
        "seconds": round(length.total_seconds(), 1) if length else "",
        "added": tally.added,
        "changed": tally.changed,
        "removed": tally.removed,
        "error": job.error_code,
    }
