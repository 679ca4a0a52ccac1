"""Celery entry points of search. Celery finds this module alone, so it names those of the rooms within."""

from dataclasses import asdict

from celery import shared_task

from catalog.search import actions
from catalog.search.analytics import tasks as analytics
from catalog.search.elastic import tasks as elastic
from catalog.search.saved import tasks as saved

__all__ = ["analytics", "check", "compact", "elastic", "refresh_measures", "saved", "tidy"]


@shared_task(name="search.refresh_measures")
def refresh_measures() -> int:
    """Bring up to date what changes without a word; cheap enough for every hour."""
    return actions.refresh_measures()


@shared_task(name="search.compact")
def compact() -> bool:
    """Add up the tally; cheap enough for every minute."""
    return actions.compact()


@shared_task(name="search.check")
def check() -> dict[str, int]:
    """Hold a part of the index against the catalog and mend it; all of it within a day at once an hour."""
    return asdict(actions.check())


@shared_task(name="search.tidy")
def tidy() -> int:
    """Forget the words that no document holds, once a day."""
    return actions.tidy()
