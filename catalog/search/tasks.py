"""Celery entry points of search."""

from celery import shared_task

from catalog.search import actions
from catalog.search.analytics import tasks as analytics
from catalog.search.elastic import tasks as elastic
from catalog.search.saved import tasks as saved


@shared_task(name="search.refresh_popularity")
def refresh_popularity() -> int:
    """Count anew who looks at what; cheap enough for every hour."""
    return actions.refresh_popularity()


__all__ = ["analytics", "elastic", "refresh_popularity", "saved"]
