"""Relevance may not fall: the judged queries of the benchmark, asked here again."""

import pytest
from pytest_django import Settings

from catalog.search.elastic import ElasticEngine
from catalog.search.postgres import PostgresEngine
from tests.bench.relevance import MRR, NDCG
from tests.bench.relevance.asking import Asked
from tests.bench.relevance.corpus import Corpus, load
from tests.bench.relevance.judgements import CLASSES, NAMES, Query, figures, queries
from tests.catalog.search.elastic import node as nodes

JUDGED_AT_LEAST = 150


@pytest.fixture
def corpus(db: None) -> Corpus:
    return load()


@pytest.fixture
def judged() -> list[Query]:
    return queries()


def assert_good(asked: Asked, judged: list[Query]) -> None:
    for is_held_out in (False, True):
        split = [query for query in judged if query.is_held_out == is_held_out]
        assert figures(asked.found, split).ndcg >= NDCG
        assert figures(asked.found, [query for query in split if query.kind in NAMES]).reciprocal_rank >= MRR


def test_postgresql_answers_well(corpus: Corpus, judged: list[Query]) -> None:
    asked = Asked(corpus, judged)
    assert asked.engines == {PostgresEngine.name}
    assert_good(asked, judged)


@pytest.mark.heavy
def test_elasticsearch_answers_well(corpus: Corpus, judged: list[Query], settings: Settings) -> None:
    with nodes.copied(settings):
        asked = Asked(corpus, judged)
    assert asked.engines == {ElasticEngine.name}
    assert_good(asked, judged)


def test_enough_is_judged_of_every_class(judged: list[Query]) -> None:
    assert len(judged) >= JUDGED_AT_LEAST
    assert {query.kind for query in judged} == set(CLASSES)
    assert len({query.key for query in judged}) == len(judged)
    assert all(max(query.grades.values()) == 3 and all(query.why.values()) for query in judged)
    held_out = sum(query.is_held_out for query in judged)
    assert 0.3 < held_out / len(judged) < 0.5


def test_every_judged_asset_is_there(corpus: Corpus, judged: list[Query]) -> None:
    known = set(Asked(corpus, [])._names.values())
    assert {name for query in judged for name in query.grades} <= known


def test_ndcg_counts_grades_by_place() -> None:
    query = Query("company", "exact", "x", {"a": 3, "b": 1})
    assert query.ndcg(["a", "b"]) == 1
    assert query.ndcg(["b", "a"]) == pytest.approx((1 + 7 / 1.5849625) / (7 + 1 / 1.5849625))
    assert query.ndcg(["c"]) == 0
    assert query.reciprocal_rank(["b", "a"]) == 0.5
    assert query.reciprocal_rank(["b"]) == 0
