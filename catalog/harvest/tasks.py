"""Celery entry points of the harvest."""

from contextlib import suppress

from celery import shared_task

from catalog.harvest import actions, followers, measures, results, shares
from catalog.harvest.models import Run
from catalog.harvest.participants import Participant
from catalog.harvest.process import harvest
from catalog.sources import inspections
from portal.kit import jobs
from portal.kit.errors import DomainError
from portal.kit.logs import about, get_logger
from portal.kit.models import JobRun, JobState

log = get_logger(__name__)


@shared_task(name=actions.TASK)
def run_harvest(job_id: int) -> None:
    """Harvest, unless another worker is at it, it is finished or its time has not come."""
    with measures.observed(job_id), suppress(jobs.AlreadyTaken), jobs.running(job_id, failed=_bury) as progress:
        harvest(_run(job_id), progress)
    run = _run(job_id)
    if run.job.is_finished:  # also when this is a second delivery: the first one's worker may have died before the news
        shares.take_back(run)
        followers.tell(run)
        if run.job.state == JobState.SUCCEEDED:
            inspections.ask_when_due(run.source_id)


@shared_task(name=shares.TASK)
def lend_a_hand(run_id: int, share: int) -> None:
    """Take a share of a run that is under way. A failure is the coordinator's to meet: it takes the share over."""
    run = Run.objects.select_related("source", "job").filter(pk=run_id, job__state=JobState.RUNNING).first()
    if run is None:
        return
    with about(run=run.pk, job=run.job_id, source=run.source_id, share=share), measures.phase("share"):
        try:
            with jobs.Progress(run.job_id, owns_run=False) as progress:
                Participant(run, progress).take(share)
        except DomainError as error:
            log.warning("share_left", code=error.code)
        if _run(run.job_id).job.is_finished:  # stopped while we were at it
            shares.take_back(run)


def _bury(job: JobRun, error: DomainError) -> None:
    results.bury_run(_run(job.pk), error)


def _run(job_id: int) -> Run:
    return Run.objects.select_related("source", "job").get(job_id=job_id)


@shared_task(name="harvest.start_due")
def start_due() -> int:
    """Start what the schedule asks for."""
    return len(actions.start_due())
