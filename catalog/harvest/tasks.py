"""Celery entry points of the harvest."""

from contextlib import suppress

from celery import shared_task

from catalog.harvest import actions, followers, measures
from catalog.harvest.models import Run
from catalog.harvest.process import harvest
from portal.kit import jobs


@shared_task(name=actions.TASK)
def run_harvest(job_id: int) -> None:
    """Harvest, unless another worker is at it or it is finished."""
    with measures.observed(job_id), suppress(jobs.AlreadyTaken), jobs.running(job_id) as progress:
        harvest(_run(job_id), progress)
    run = _run(job_id)
    if run.job.is_finished:  # also when this is a second delivery: the first one's worker may have died before the news
        followers.tell(run)


def _run(job_id: int) -> Run:
    return Run.objects.select_related("source", "job").get(job_id=job_id)


@shared_task(name="harvest.start_due")
def start_due() -> int:
    """Start what the schedule asks for."""
    return len(actions.start_due())
