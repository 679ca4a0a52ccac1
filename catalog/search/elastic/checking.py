"""Comparing an index with the database: by ranges of assets first, then document by document where they differ."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Max

from catalog.search.elastic import draining
from catalog.search.elastic.connection import WRITE_S, client, told_plainly
from catalog.search.models import Document, Pending
from portal.kit.logs import get_logger

log = get_logger(__name__)
_RANGES = 5000
_SMALLEST_RANGE = 500
_PAGE = 5000

_SUMS = """
    SELECT asset_id / %(size)s, count(*), sum(revision)
    FROM search_document GROUP BY 1
"""
_REVISIONS = "SELECT asset_id, revision FROM search_document WHERE asset_id >= %(low)s AND asset_id < %(high)s"


@dataclass(frozen=True)
class Difference:
    """Assets whose documents an index lacks or has older than the database; and those it must not have so."""

    missing: set[int] = field(default_factory=set)
    stale: set[int] = field(default_factory=set)
    ahead: set[int] = field(default_factory=set)
    """Of a revision that the database has never given out: it was set back, and the index has to be built anew."""

    def __len__(self) -> int:
        return len(self.missing | self.stale | self.ahead)


def compare(index: str) -> Difference:
    """Return how an index differs from the database, what is still to be told left aside. Raises Unavailable."""
    size = max(_SMALLEST_RANGE, (_highest() // _RANGES) + 1)
    found = Difference()
    with told_plainly():
        client(WRITE_S).indices.refresh(index=index)
    ours, theirs = _sums(size), _sums_of(index, size)
    for place in sorted(ours.keys() | theirs.keys()):
        if ours.get(place) != theirs.get(place):
            _drill(index, place * size, (place + 1) * size, found)
    if found:
        _leave_aside(found)
    return found


def repair(index: str, found: Difference | None = None) -> int:
    """Mend what differs (compared now unless given); return how many documents. Raises Unavailable."""
    found = compare(index) if found is None else found
    if len(found):
        log.warning("index_differs", index=index, missing=len(found.missing), stale=len(found.stale | found.ahead))
        draining.note(found.missing, narrows=False)
        draining.note(found.stale | found.ahead, narrows=True)
        draining.drain()
    return len(found)


def _highest() -> int:
    return int(Document.objects.aggregate(highest=Max("pk"))["highest"] or 0)


def _sums(size: int) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"size": size})
        return {int(place): (int(number), int(total)) for place, number, total in cursor.fetchall()}


def _sums_of(index: str, size: int) -> dict[int, tuple[int, int]]:
    aggs = {
        "ranges": {
            "histogram": {"field": "asset_id", "interval": size, "min_doc_count": 1},
            "aggs": {"revisions": {"sum": {"field": "revision"}}},
        }
    }
    with told_plainly():
        answer = client(WRITE_S).search(index=index, size=0, track_total_hits=False, aggs=aggs, request_cache=False)
    buckets = answer["aggregations"]["ranges"]["buckets"]
    return {
        round(bucket["key"] / size): (int(bucket["doc_count"]), round(bucket["revisions"]["value"]))
        for bucket in buckets
    }


def _drill(index: str, low: int, high: int, found: Difference) -> None:
    theirs = dict(_revisions_of(index, low, high))
    with connection.cursor() as cursor:
        cursor.execute(_REVISIONS, {"low": low, "high": high})
        ours = dict(cursor.fetchall())
    for asset_id in ours.keys() | theirs.keys():
        if asset_id not in theirs:
            found.missing.add(asset_id)
        elif asset_id not in ours or theirs[asset_id] < ours[asset_id]:
            found.stale.add(asset_id)
        elif theirs[asset_id] > ours[asset_id]:
            found.ahead.add(asset_id)


def _revisions_of(index: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    after: list[Any] | None = None
    while True:
        with told_plainly():
            answer = client(WRITE_S).search(
                index=index, size=_PAGE, stored_fields="_none_", docvalue_fields=[{"field": "revision"}],
                query={"range": {"asset_id": {"gte": low, "lt": high}}}, sort=[{"asset_id": "asc"}],
                search_after=after,
            )  # fmt: skip
        hits = answer["hits"]["hits"]
        yield from ((int(hit["sort"][0]), int(hit["fields"]["revision"][0])) for hit in hits)
        if len(hits) < _PAGE:
            return
        after = hits[-1]["sort"]


def _leave_aside(found: Difference) -> None:
    """Changes that came in meanwhile are told anyway."""
    for ids in (found.missing, found.stale, found.ahead):
        if ids:
            ids -= set(Pending.objects.filter(asset_id__in=ids).values_list("asset_id", flat=True))
