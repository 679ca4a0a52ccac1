"""Noting what was asked and opened, and forgetting it."""

from datetime import datetime, timedelta
from time import perf_counter

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import QueryDict

from catalog.assets.models import Asset
from catalog.search.backend import REACHED_AT_MOST, Answer, SearchRequest
from catalog.search.models import AskedQuery, OpenedResult
from portal.kit import clock
from portal.kit.people import Person

_TYPED_WITHIN = timedelta(seconds=30)
_SAME_SEARCH_FOR = timedelta(minutes=30)
_OPENED_WITHIN = timedelta(days=1)
_LONGEST = 400
_LONGEST_QUERY = 4000


def note(asked: SearchRequest, answer: Answer, query: QueryDict, *, started: float) -> AskedQuery | None:
    """Keep what a person has asked, begun at `started` (of perf_counter), and return the row that clicks refer to.

    Searching while one types is one search: within 30 seconds a text that goes on from the one before takes its place.
    Another page, order or filter of the same text within half an hour is the same search. Without a text nothing is
    kept.
    """
    text = asked.text[:_LONGEST]
    key = " ".join(text.lower().split())[:_LONGEST]
    if not key:
        return None
    now = clock.now()
    row = AskedQuery(
        person_id=asked.person.pk,
        text=text,
        key=key,
        query=query.urlencode()[:_LONGEST_QUERY],
        total=answer.total,
        is_guess=answer.is_guess,
        engine=answer.engine,
        is_fallback=bool(answer.note),
        milliseconds=round(1000 * (perf_counter() - started)),
        at=now,
    )
    before = _before(asked.person, now)
    is_typed_on = before is not None and _is_typed_on(before, key, now)
    if before and before.key == key and (asked.page > 1 or not is_typed_on):
        return before
    row.pk = before.pk if before and is_typed_on else None
    row.save()
    return row


def opened(*, by: Person, asked_id: int, asset_id: int, place: int) -> bool:
    """Note that a person opened a result of a search of theirs; return whether it was noted.

    Nothing happens, and nothing is said, when the search is not theirs or the asset not for them to see.
    """
    asked = AskedQuery.objects.filter(pk=asked_id, person_id=by.pk, at__gt=clock.now() - _OPENED_WITHIN).first()
    if asked is None or not 1 <= place <= REACHED_AT_MOST or not _may_see(by, asset_id):
        return False
    row = OpenedResult(asked=asked, asset_id=asset_id, place=place, at=clock.now())
    return bool(OpenedResult.objects.bulk_create([row], ignore_conflicts=True))


def clear_recent(*, by: Person, key: str = "") -> int:
    """Forget what a person has asked: this text, or all; return how many searches that were."""
    rows = AskedQuery.objects.filter(person_id=by.pk)
    mine = rows.filter(key=key) if key else rows
    number = mine.count()
    mine.delete()
    return number


def forget_old() -> int:
    """Forget what was asked longer ago than it is kept; return how many searches that were."""
    old = AskedQuery.objects.filter(at__lt=clock.now() - timedelta(days=settings.ASKED_QUERIES_KEPT_DAYS))
    number = old.count()
    old.delete()
    return number


def _before(person: Person, now: datetime) -> AskedQuery | None:
    """Return what the person asked last, if that is not long ago."""
    latest = AskedQuery.objects.filter(person_id=person.pk, at__gt=now - _SAME_SEARCH_FOR).order_by("-at")
    return latest.annotate(was_opened=Exists(OpenedResult.objects.filter(asked=OuterRef("pk")))).first()


def _is_typed_on(before: AskedQuery, key: str, now: datetime) -> bool:
    """Say whether a text is the one before with more, or less, of it, and nothing was opened in between."""
    goes_on = key.startswith(before.key) or before.key.startswith(key)
    was_opened: bool = vars(before)["was_opened"]
    return goes_on and now - before.at <= _TYPED_WITHIN and not was_opened


def _may_see(person: Person, asset_id: int) -> bool:
    return Asset.objects.visible_to(person).filter(pk=asset_id).exists()
