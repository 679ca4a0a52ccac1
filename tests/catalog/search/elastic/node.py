"""A copy in a real node, for tests, of what stands in the test's own transaction."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from catalog.search.backend import Found, Question
from catalog.search.elastic import ElasticEngine, building, checking, connection, draining, mapping
from catalog.search.models import Mirror, Pending
from tests.engines import elasticsearch

Node = elasticsearch.Node


def silent(done: int, total: int) -> None:
    """Tell nobody."""


@contextmanager
def copied(settings: Any, node: Node | None = None) -> Iterator[Node]:
    """Set the node up and copy the documents there are into an index of its own; take everything away again."""
    node = node or elasticsearch.shared()
    set_up(settings, node)
    building.build(silent)
    try:
        yield node
    finally:
        clear(node, settings.ELASTICSEARCH_PREFIX)


@contextmanager
def in_step(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    """Set the node up with the index that tests share, brought in step before every question."""
    node = elasticsearch.shared()
    set_up(settings, node)
    index = _shared_index(node)
    settings.ELASTICSEARCH_PREFIX = index.partition("-")[0]
    Mirror.objects.update_or_create(
        pk=1, defaults={"serving": index, "building": "", "mapping_version": mapping.MAPPING_VERSION}
    )
    find, ids = ElasticEngine.find, ElasticEngine.ids

    def found(engine: ElasticEngine, question: Question) -> Found:
        catch_up(index)
        return find(engine, question)

    def found_ids(engine: ElasticEngine, question: Question, limit: int) -> Iterator[list[int]]:
        catch_up(index)
        return ids(engine, question, limit)

    monkeypatch.setattr(ElasticEngine, "find", found)
    monkeypatch.setattr(ElasticEngine, "ids", found_ids)
    yield node


def catch_up(index: str) -> None:
    """Tell the index what has changed; what a rollback took back is taken back there too."""
    draining.drain()
    found = checking.compare(index)
    if found.ahead:
        _empty(index)
        found = checking.compare(index)
    checking.repair(index, found)


def set_up(settings: Any, node: Node) -> None:
    """Point the settings at the node, under a prefix of its own, with patience for a machine that does much else."""
    settings.ELASTICSEARCH_URL = node.url
    settings.ELASTICSEARCH_PREFIX = f"t{uuid.uuid4().hex[:12]}"
    settings.ELASTICSEARCH_TIMEOUT = 30
    connection.reading.reset()
    connection.writing.reset()


def clear(node: Node, prefix: str) -> None:
    """Remove the indexes of a prefix."""
    with raw(node) as client:
        for name in client.indices.get(index=f"{prefix}-*").body:
            client.indices.delete(index=name)


def raw(node: Node) -> Elasticsearch:
    """Return a client of one's own."""
    return Elasticsearch(node.url, request_timeout=60)


def ids_in(node: Node, index: str) -> dict[int, int]:
    """Return what an index holds: revisions by asset."""
    with raw(node) as client:
        client.indices.refresh(index=index)
        answer = client.search(
            index=index, size=10_000, stored_fields="_none_", docvalue_fields=[{"field": "revision"}],
            sort=[{"asset_id": "asc"}],
        )  # fmt: skip
    return {int(hit["sort"][0]): int(hit["fields"]["revision"][0]) for hit in answer["hits"]["hits"]}


def is_told() -> bool:
    """Say whether nothing waits to be told."""
    return not Pending.objects.exists()


@cache
def _shared_index(node: Node) -> str:
    """Ids and revisions are never given out twice, so tests may follow each other in one index."""
    index = mapping.new_name()
    with raw(node) as client:
        client.indices.create(index=index, aliases={mapping.inlet(index): {}}, **mapping.body())
    return index


def _empty(index: str) -> None:
    with raw(elasticsearch.shared()) as client:
        client.indices.delete(index=index)
        client.indices.create(index=index, aliases={mapping.inlet(index): {}}, **mapping.body())
