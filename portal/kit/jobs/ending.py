"""How a run ends: done, failed, stopped, or sent back to the queue because the failure may pass."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from portal.kit import clock
from portal.kit.errors import DomainError, Unavailable
from portal.kit.jobs.progress import Cancelled, Level
from portal.kit.models import JobLine, JobRun, JobState

Failed = Callable[[JobRun, DomainError], None]
"""Told of a failure for good, in the transaction that stores it; the error's cause is what lay behind it."""


def finish(run_id: int, state: JobState, error: DomainError | None, failed: Failed | None = None) -> None:
    """Store the end of a run."""
    with transaction.atomic():
        run = JobRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        run.state, run.finished_at, run.not_before = state, clock.now(), None
        run.error_code, run.error_message = (error.code, error.message) if error else ("", "")
        run.save(update_fields=["state", "finished_at", "not_before", "error_code", "error_message"])
        if error:
            level: Level = "info" if state == JobState.CANCELLED else "error"
            JobLine.objects.create(run=run, level=level, text=error.message)
        if error and failed and state == JobState.FAILED:
            failed(run, error)


def fail(run_id: int, error: Exception, failed: Failed | None) -> None:
    """Send the run back to the queue when the error may pass and tries are left; end it as failed otherwise."""
    if isinstance(error, Unavailable) and _sent_back(run_id, error):
        return
    finish(run_id, JobState.FAILED, error if isinstance(error, DomainError) else _unexpected(error), failed)


def _sent_back(run_id: int, error: Unavailable) -> bool:
    with transaction.atomic():
        run = JobRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.tries + 1 >= settings.JOB_TRIES:
            return False
        if run.state == JobState.CANCELLING:
            finish(run_id, JobState.CANCELLED, Cancelled())
            return True
        run.tries += 1
        run.state, run.not_before = JobState.QUEUED, clock.now() + pause_before(run.tries)
        run.message = _waits(run.tries, run.not_before)
        run.save(update_fields=["tries", "state", "not_before", "message"])
        JobLine.objects.create(run=run, level="warning", text=f"{error.message} {run.message}.")
    return True


def _waits(tries: int, until: datetime) -> str:
    return f"Tries again at {until:%H:%M:%S} UTC ({tries + 1} of {settings.JOB_TRIES})"


def pause_before(tries: int) -> timedelta:
    """Return how long to wait after so many failures: full jitter below a limit that doubles each time."""
    limit = min(settings.JOB_RETRY_SECONDS * 2 ** (tries - 1), settings.JOB_RETRY_MOST_SECONDS)
    return timedelta(seconds=random.uniform(0, limit))  # noqa: S311 - spreads load, guards nothing


def _unexpected(error: Exception) -> DomainError:
    told = DomainError(
        f"The run ended with an unexpected error ({type(error).__name__}). An administrator finds it in the log.",
        code="unexpected",
    )
    told.__cause__ = error
    return told
