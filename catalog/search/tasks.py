"""Celery entry points of search."""

from celery import shared_task

from catalog.search import actions
from catalog.search.elastic import tasks as elastic


@shared_task(name="search.refresh_popularity")
def refresh_popularity() -> int:
    """Count anew who looks at what; cheap enough for every hour."""
    return actions.refresh_popularity()


__all__ = ["elastic", "refresh_popularity"]
