"""Celery entry points of change sets."""

from contextlib import suppress

import structlog
from celery import shared_task

from catalog.harvest import followers
from catalog.harvest.changesets import purging, starting, undoing
from catalog.harvest.models import Run
from portal.kit import jobs


@shared_task(name=starting.UNDO_TASK)
def run_undo(job_id: int) -> None:
    """Undo a run, unless another worker is at it or it is done."""
    structlog.contextvars.bind_contextvars(job=job_id)
    with suppress(jobs.AlreadyTaken), jobs.running(job_id) as progress:
        undoing.undo(_run(job_id), progress)
    run = _run(job_id)
    if run.job.is_finished:
        followers.tell(run)


@shared_task(name="harvest.purge_gone")
def purge_gone() -> int:
    """Delete what has been gone from its source for longer than the source keeps it."""
    return purging.purge_gone()


def _run(job_id: int) -> Run:
    return Run.objects.select_related("source", "job", "job__requested_by").get(job_id=job_id)
