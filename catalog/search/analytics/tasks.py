"""Celery entry points of search analytics."""

from celery import shared_task

from catalog.search.analytics import actions


@shared_task(name="search.forget_asked")
def forget_asked() -> int:
    """Forget what was asked too long ago."""
    return actions.forget_old()
