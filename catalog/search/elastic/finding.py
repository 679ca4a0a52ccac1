"""Asking an index: what matches, the best of it in a first order, and counts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from elasticsearch import Elasticsearch
from elasticsearch.dsl.query import Bool, MatchAll, MatchNone, Query

from catalog.search.backend import Candidate, Found, Question, Sort, Test, Unavailable
from catalog.search.elastic import counting, wording
from catalog.search.elastic.connection import client, reading, told_plainly
from catalog.search.elastic.narrowing import chosen, condition, visible
from catalog.search.elastic.spelling import spellings
from catalog.search.elastic.wording import TIER, Wording
from catalog.search.language import Alternative

_BATCH = 1000
_KEPT = "1m"  # that a walk through results may pause between two batches
_WANTED = "timed_out,pit_id,hits.total,hits.hits._score,hits.hits.sort,aggregations"
_HALF = 12.0  # a text score of this is half of the most there is

_BY_SCORE = [{"_score": "desc"}, {"popularity": "desc"}, {"asset_id": "asc"}]
_ORDERS: dict[Sort, list[dict[str, str]]] = {
    Sort.POPULARITY: [{"popularity": "desc"}, {"asset_id": "asc"}],
    Sort.CHANGED: [{"updated_at": "desc"}, {"asset_id": "asc"}],
    Sort.NAME: [{"name_key": "asc"}, {"path": "asc"}, {"asset_id": "asc"}],
}


def find(index: str, question: Question) -> Found:
    """Return what an index finds. Raises Unavailable."""
    choices = chosen(question)
    body = _body(question, choices) | {
        "from": question.offset,
        "size": question.limit,
        "track_total_hits": True,
        "aggs": counting.aggregations(question.rights, choices) | ({"matched": _ALL} if choices else {}),
    }
    with _asking() as node:
        answer = node.search(index=index, body=body, filter_path=_WANTED, allow_partial_search_results=False)
    return _found(_whole(answer.body), question, choices)


def batches(index: str, question: Question, limit: int) -> Iterator[list[int]]:
    """Give the ids of all that an index finds, in the order of find(). Raises Unavailable."""
    body = _body(question, chosen(question)) | {"track_total_hits": False}
    with _asking() as node:
        pit = node.open_point_in_time(index=index, keep_alive=_KEPT)["id"]
        try:
            after: list[Any] | None = None
            while limit > 0 and (page := _page(node, body, pit, min(_BATCH, limit), after)):
                yield [int(hit["sort"][len(body["sort"]) - 1]) for hit in page]  # the walk adds a value of its own
                limit -= len(page)
                after = page[-1]["sort"]
        finally:
            node.close_point_in_time(id=pit)


_ALL = {"filter": MatchAll().to_dict()}


def _page(node: Elasticsearch, body: dict[str, Any], pit: str, size: int, after: list[Any] | None) -> list[Any]:
    asked = body | {"size": size, "pit": {"id": pit, "keep_alive": _KEPT}}
    answer = node.search(body=asked | ({"search_after": after} if after else {}), filter_path=_WANTED)
    return list(_whole(answer.body).get("hits", {}).get("hits", ()))


@contextmanager
def _asking() -> Iterator[Elasticsearch]:
    """A slow node is as good as none: whoever waits for it is answered by the database."""
    with reading.guarded(), told_plainly():
        yield client(settings.ELASTICSEARCH_TIMEOUT)


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("timed_out"):
        raise Unavailable("The search engine is too slow; the database answers.")
    return answer


def _body(question: Question, choices: dict[str, Query]) -> dict[str, Any]:
    is_scored = question.sort == Sort.RELEVANCE and question.query.has_words
    body: dict[str, Any] = {
        "query": _query(question, is_scored).to_dict(),
        "sort": _BY_SCORE if is_scored else _ORDERS.get(question.sort, _ORDERS[Sort.POPULARITY]),
        "stored_fields": "_none_",
        "timeout": f"{round(settings.ELASTICSEARCH_TIMEOUT * 1000)}ms",
    }
    if choices:
        body["post_filter"] = Bool(filter=list(choices.values())).to_dict()
    return body


def _query(question: Question, is_scored: bool) -> Query:
    seen = visible(question.rights)
    query = question.query
    if query.asks_nothing:
        return Bool(filter=seen) if seen else MatchAll()
    words = Wording(spellings(question), query.unfinished)
    met = _met(question, words)
    if not is_scored:
        return Bool(filter=[met, *seen])
    return Bool(must=[met], filter=seen, should=list(wording.tiers(query, words.for_all(query.alternatives))))


def _met(question: Question, words: Wording) -> Query:
    """Alternatives of words alone are read together; the others each with its conditions."""
    query = question.query
    if not query.alternatives:
        return Bool(filter=[wording.named(query)])
    pairs = list(zip(query.alternatives, question.tests or [()] * len(query.alternatives), strict=True))
    bare = [one for one, tests in pairs if one.terms and not tests and not one.conditions]
    together = words.for_all(bare)
    found = [wording.alternative(one, together, is_loose=question.is_loose) for one in bare]
    if len(bare) == len(pairs):
        found.append(Bool(filter=[wording.named(query)]))
    found += [_narrowed(one, tests, question, words) for one, tests in pairs if tests or one.conditions]
    return _any([each for each in found if each is not None])


def _narrowed(one: Alternative, tests: Sequence[Test], question: Question, words: Wording) -> Query:
    """An alternative of which a condition could not be resolved is met by nothing."""
    if not tests:
        return MatchNone()
    conditions = [condition(test, question.rights, words) for test in tests]
    if not one.terms:
        return Bool(filter=conditions)
    met = wording.alternative(one, words.for_all([one]), is_loose=question.is_loose)
    ways = [met or MatchNone()]
    if len(question.query.alternatives) == 1:
        ways.append(Bool(filter=[wording.named(question.query)]))
    return Bool(must=[_any(ways)], filter=conditions)


def _any(queries: Sequence[Query]) -> Query:
    if not queries:
        return MatchNone()
    return queries[0] if len(queries) == 1 else Bool(should=list(queries), minimum_should_match=1)


def _found(answer: dict[str, Any], question: Question, choices: dict[str, Query]) -> Found:
    total = int(answer["hits"]["total"]["value"])
    counts = answer["aggregations"]
    facets, without = counting.read(counts, question.rights, choices, total)
    return Found(
        candidates=tuple(
            Candidate(int(hit["sort"][-1]), _text(hit.get("_score"))) for hit in answer["hits"].get("hits", ())
        ),
        total=total,
        matched=int(counts["matched"]["doc_count"]) if choices else total,
        facets=facets,
        without=without,
    )


def _text(score: float | None) -> float:
    """Return how well the words are met, 0 to 1: the score without its tiers."""
    points = (score or 0.0) % TIER
    return points / (points + _HALF)
