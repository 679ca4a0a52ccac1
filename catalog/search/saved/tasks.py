"""Celery entry points of saved searches."""

from celery import shared_task

from catalog.search.models import Cadence
from catalog.search.saved import checking


@shared_task(name="search.check_saved")
def check_saved() -> int:
    """Look through what is due and tell of what is new."""
    return checking.check_due()


@shared_task(name="search.check_saved_soon")
def check_saved_soon() -> int:
    """The same for searches that tell at once: the index has changed."""
    return checking.check_due([Cadence.AT_ONCE])
