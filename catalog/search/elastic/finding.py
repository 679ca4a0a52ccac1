"""Asking an index: what matches, the best of it in a first order, and counts.

The best are asked for first, then the counts. Up to EXACT_UP_TO matches everything is counted. Of more, the node looks
at a part that is drawn at random and the same each time; figures are then estimates, and say so. Scoring stops there
too when what is left can't be among the best.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings
from elasticsearch import Elasticsearch
from elasticsearch.dsl.query import Bool, MatchAll, Query

from catalog.search.backend import Candidate, Found, Question, Sort, Unavailable
from catalog.search.elastic import counting, matching
from catalog.search.elastic.connection import client, reading, told_plainly
from catalog.search.elastic.narrowing import chosen
from catalog.search.elastic.wording import TIER

EXACT_UP_TO = 50_000
LOOKED_AT = 20_000
"""So many documents at most are looked at for estimates."""
_BATCH = 1000
_KEPT = "1m"  # that a walk through results may pause between two batches
_HITS = "timed_out,pit_id,hits.total,hits.hits._score,hits.hits.sort"
_HALF = 12.0  # a text score of this is half of the most there is
_SIZE_KNOWN_S = 60
_EVERY = "every"  # counts inside of a sample are projected, that of the sample itself is not

_BY_SCORE = [{"_score": "desc"}, {"popularity": "desc"}, {"asset_id": "asc"}]
_ORDERS: dict[Sort, list[dict[str, str]]] = {
    Sort.POPULARITY: [{"popularity": "desc"}, {"asset_id": "asc"}],
    Sort.CHANGED: [{"updated_at": "desc"}, {"asset_id": "asc"}],
    Sort.NAME: [{"name_key": "asc"}, {"path": "asc"}, {"asset_id": "asc"}],
}


def find(index: str, question: Question) -> Found:
    """Return what an index finds. Raises Unavailable."""
    choices = chosen(question)
    match = matching.of(question)
    best = _best(question, match, choices) | {
        "from": question.offset,
        "size": question.limit,
        "track_total_hits": EXACT_UP_TO,
    }
    with _asking() as node:
        hits = _search(node, index, best)["hits"]
        _, is_many = _total(hits)
        if choices:
            _, is_many = _total(_search(node, index, _only_counted(match))["hits"])
        share = _share(node, index) if is_many else 1.0
        counts = _counted(node, index, question, match, choices, share)
    return _found(hits, counts, question, choices, is_many)


def batches(index: str, question: Question, limit: int) -> Iterator[list[int]]:
    """Give the ids of all that an index finds, in the order of find(). Raises Unavailable."""
    body = _best(question, matching.of(question), chosen(question)) | {"track_total_hits": False}
    place = len(body["sort"]) - 1  # the walk adds a value of its own
    with _asking() as node:
        pit = node.open_point_in_time(index=index, keep_alive=_KEPT)["id"]
        try:
            after: list[Any] | None = None
            while limit > 0 and (page := _page(node, body, pit, min(_BATCH, limit), after)):
                yield [int(hit["sort"][place]) for hit in page]
                limit -= len(page)
                after = page[-1]["sort"]
        finally:
            node.close_point_in_time(id=pit)


@contextmanager
def _asking() -> Iterator[Elasticsearch]:
    """A slow node is as good as none: whoever waits for it is answered by the database."""
    with reading.guarded(), told_plainly():
        yield client(settings.ELASTICSEARCH_TIMEOUT)


def _page(node: Elasticsearch, body: dict[str, Any], pit: str, size: int, after: list[Any] | None) -> list[Any]:
    asked = body | {"size": size, "pit": {"id": pit, "keep_alive": _KEPT}}
    answer = node.search(body=asked | ({"search_after": after} if after else {}), filter_path=_HITS)
    return list(_whole(answer.body).get("hits", {}).get("hits", ()))


def _search(node: Elasticsearch, index: str, body: dict[str, Any], wanted: str = _HITS) -> dict[str, Any]:
    answer = node.search(index=index, body=body, filter_path=wanted, allow_partial_search_results=False)
    return _whole(answer.body)


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("timed_out"):
        raise Unavailable("The search engine is too slow; the database answers.")
    return answer


def _best(question: Question, match: matching.Match, choices: Mapping[str, Query]) -> dict[str, Any]:
    is_scored = question.sort == Sort.RELEVANCE and question.query.has_words
    query = match.scored if is_scored else match.condition
    return {
        "query": (Bool(must=[query], filter=list(choices.values())) if choices else query).to_dict(),
        "sort": _BY_SCORE if is_scored else _ORDERS.get(question.sort, _ORDERS[Sort.POPULARITY]),
        "stored_fields": "_none_",
        **_patience(),
    }


def _only_counted(match: matching.Match) -> dict[str, Any]:
    return {"query": match.condition.to_dict(), "size": 0, "track_total_hits": EXACT_UP_TO, **_patience()}


def _patience() -> dict[str, Any]:
    return {"timeout": f"{round(settings.ELASTICSEARCH_TIMEOUT * 1000)}ms"}


def _total(hits: Mapping[str, Any]) -> tuple[int, bool]:
    """Return how many there are, and whether there are more than are counted."""
    return int(hits["total"]["value"]), hits["total"]["relation"] != "eq"


def _share(node: Elasticsearch, index: str) -> float:
    """Return the part of the index that is looked at; the node takes at most a half."""
    number = _documents(node, index, int(time.monotonic() / _SIZE_KNOWN_S))
    return min(0.5, LOOKED_AT / max(1, number))


@lru_cache(maxsize=4)
def _documents(node: Elasticsearch, index: str, minute: int) -> int:
    return int(node.count(index=index)["count"])


def _counted(
    node: Elasticsearch,
    index: str,
    question: Question,
    match: matching.Match,
    choices: Mapping[str, Query],
    share: float,
) -> dict[str, Any]:
    """Return the counts of a part of the matches, as of all of them; the number of matches is among them."""
    aggs = counting.aggregations(question.rights, choices) | {_EVERY: {"filter": MatchAll().to_dict()}}
    body = {
        "query": match.condition.to_dict(),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"part": {"random_sampler": {"probability": share, "seed": 1}, "aggs": aggs}},
        **_patience(),
    }
    part: dict[str, Any] = _search(node, index, body, "timed_out,aggregations")["aggregations"]["part"]
    return part


def _found(
    hits: Mapping[str, Any], counts: Mapping[str, Any], question: Question, choices: Mapping[str, Query], is_many: bool
) -> Found:
    total, is_more = _total(hits)
    if is_more:
        total = max(total, int(counts["alike" if choices else _EVERY]["doc_count"]))
    matched = int(counts[_EVERY]["doc_count"])
    facets, without = counting.read(counts, question.rights, choices, total)
    return Found(
        candidates=tuple(Candidate(int(hit["sort"][-1]), _text(hit.get("_score"))) for hit in hits.get("hits", ())),
        total=total,
        matched=max(total, matched),
        is_about=is_many,
        facets=facets,
        without=without,
    )


def _text(score: float | None) -> float:
    """Return how well the words are met, 0 to 1: the score without its tiers."""
    points = (score or 0.0) % TIER
    return points / (points + _HALF)
