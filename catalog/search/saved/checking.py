"""Looking through saved searches again: each as its person, with their rights at that moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerDown
from redis.exceptions import RedisError

from catalog.search.backend import REACHED_AT_MOST, Unavailable
from catalog.search.models import Cadence, SavedSearch
from catalog.search.saved import mailing, queries
from portal.kit import clock, errors
from portal.kit.logs import get_logger
from portal.kit.notify import notify

log = get_logger(__name__)
SOON_S = 60
"""Searches that tell at once are looked through so long after the first change of the index, and not more often."""
_PAUSES = {
    Cadence.AT_ONCE: timedelta(seconds=SOON_S - 5),
    Cadence.DAILY: timedelta(days=1),
    Cadence.WEEKLY: timedelta(days=7),
    Cadence.NEVER: timedelta(days=1),
}
_AT_ONCE = 500
"""So many searches a run; those that have waited longest go first, the next run goes on with the rest."""
_MATCHES_KEPT = 2 * REACHED_AT_MOST


def check_due(cadences: Iterable[Cadence] = tuple(Cadence)) -> int:
    """Look through what is due and tell of what is new; return how many searches were looked through."""
    rows = _due(clock.now(), cadences).order_by(F("checked_at").asc(nulls_first=True), "pk")
    people: dict[int, list[int]] = {}
    for pk, person_id in rows.values_list("pk", "person_id")[:_AT_ONCE]:
        people.setdefault(person_id, []).append(pk)
    return sum(_check_of_one(ids) for ids in people.values())


def soon() -> None:
    """Have searches that tell at once looked through within a minute: something has changed."""
    try:
        if cache.add("search:saved:soon", 1, SOON_S):
            current_app.send_task("search.check_saved_soon", countdown=SOON_S)
    except (RedisError, BrokerDown) as error:
        log.warning("saved_searches_later", error=type(error).__name__)  # the schedule comes by anyway


def _due(now: datetime, cadences: Iterable[Cadence]) -> QuerySet[SavedSearch]:
    waited = Q(checked_at=None)
    for cadence in cadences:
        waited |= Q(tells=cadence, checked_at__lte=now - _PAUSES[cadence])
    return SavedSearch.objects.filter(waited, tells__in=list(cadences), person__is_active=True)


def _check_of_one(search_ids: list[int]) -> int:
    """Look through searches of one person; they get one mail for all of them."""
    done, found = 0, {}
    with transaction.atomic():
        rows = SavedSearch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
        for search in rows.filter(pk__in=search_ids, person__is_active=True):
            done += 1
            try:
                with transaction.atomic():
                    new = _checked(search)
            except (Unavailable, errors.DomainError, DatabaseError) as error:
                log.exception("saved_search_failed", search=search.pk, error=type(error).__name__)
                SavedSearch.objects.filter(pk=search.pk).update(checked_at=clock.now())  # others get their turn
                continue
            if new and search.tells != Cadence.NEVER:
                _tell(search, new)
                found[search.pk] = new
        mailing.send(found)
    return done


def _checked(search: SavedSearch) -> list[int]:
    """Run a search, keep what it matches, return what is new in it. The first time nothing is."""
    person, is_first = search.person, search.checked_at is None
    before, present = set(search.matches), queries.found_by(search, person)
    there = set(present)
    # What a search has left stays known, so that nothing is told of twice; what may not be seen any more is forgotten.
    seen = set(queries.visible(person, (before - there) | (there - before)))
    new = [] if is_first else [asset_id for asset_id in present if asset_id not in before and asset_id in seen]
    kept = [asset_id for asset_id in present if asset_id in before or asset_id in seen]
    left = [asset_id for asset_id in search.matches if asset_id not in there and asset_id in seen]
    search.matches = (kept + left)[:_MATCHES_KEPT]
    search.news = (new + [pk for pk in search.news if pk in seen or pk in there])[: queries.NEWS_KEPT]
    search.checked_at = clock.now()
    search.save(update_fields=["matches", "news", "checked_at"])
    return new


def _tell(search: SavedSearch, new: list[int]) -> None:
    """Tell in the portal how many there are; names are read on the page, under the rights of then."""
    number = "A new match" if len(new) == 1 else f"{len(new):,} new matches"
    search.told_at = clock.now()
    search.save(update_fields=["told_at"])
    notify(
        [search.person_id],
        kind="saved_search",
        key=f"saved_search:{search.pk}:{search.told_at:%Y%m%dT%H%M%S%f}",
        text=f"{number} of your saved search “{search.name}”",
        url=reverse("search:saved_open", args=[search.pk]),
    )
