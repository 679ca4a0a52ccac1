"""A copy in a real node, for tests: fresh for each, of what stands in the test's own transaction."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elasticsearch import Elasticsearch

from catalog.search.elastic import building, connection, draining
from catalog.search.models import Mirror, Pending
from tests.engines import elasticsearch


@contextmanager
def copied(settings: Any, node: elasticsearch.Node | None = None) -> Iterator[elasticsearch.Node]:
    """Set the node up and copy the documents there are; take everything away again."""
    node = node or elasticsearch.shared()
    set_up(settings, node)
    building.build(lambda done, total: None)
    try:
        yield node
    finally:
        clear(node)


def set_up(settings: Any, node: elasticsearch.Node) -> None:
    """Point the settings at the node, under a prefix of its own."""
    settings.ELASTICSEARCH_URL = node.url
    settings.ELASTICSEARCH_PREFIX = f"t{uuid.uuid4().hex[:12]}"
    settings.ELASTICSEARCH_TIMEOUT = 20  # for a machine that does much else
    connection.reading.reset()
    connection.writing.reset()


def follow() -> None:
    """Tell the copy what the test has changed."""
    draining.drain()


def clear(node: elasticsearch.Node) -> None:
    """Remove all indexes of the node."""
    with Elasticsearch(node.url) as client:
        for name in client.indices.get(index="t*").body:
            client.indices.delete(index=name)


def raw(node: elasticsearch.Node) -> Elasticsearch:
    """Return a client of one's own."""
    return Elasticsearch(node.url, request_timeout=60)


def is_empty() -> bool:
    """Say whether nothing waits to be told."""
    return not Pending.objects.exists() and Mirror.objects.filter(building="").exists()
