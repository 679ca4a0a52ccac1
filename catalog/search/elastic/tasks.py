"""Celery entry points of the copy."""

from contextlib import suppress

from celery import shared_task

from catalog.search.backend import Unavailable as Away
from catalog.search.elastic import building, keeping
from portal.kit import jobs
from portal.kit.errors import Unavailable
from portal.kit.jobs import Progress


@shared_task(name="search.keep_mirror")
def keep_mirror() -> str:
    """See to the copy in Elasticsearch: make, fill, tell, compare and mend it."""
    return keeping.keep()


@shared_task(name=keeping.TASK)
def rebuild_mirror(job_id: int) -> None:
    """Build the index anew, unless another worker is at it; go on where an interrupted run stopped."""
    with suppress(jobs.AlreadyTaken), jobs.running(job_id) as progress:
        try:
            number = building.build(_told(progress))
        except Away as error:
            raise Unavailable(str(error)) from error
        progress.line(f"{number:,} documents are in the new index, which answers now.")


def _told(progress: Progress) -> building.Progress:
    return lambda done, total: progress.step("Copying documents", done=done, total=total)
