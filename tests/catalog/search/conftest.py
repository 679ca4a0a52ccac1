"""A small company to search in, and the asking of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from access.people.models import User
from catalog.assets.models import Asset
from catalog.search.backend import Answer, SearchRequest, Sort
from catalog.search.postgres import indexing
from catalog.search.queries import search
from tests.catalog.search.elastic import node as nodes

Ask = Callable[..., Answer]


def index_all() -> None:
    """Index every asset there is."""
    indexing.index(Asset.objects.values_list("pk", flat=True))


def ask(
    person: User, text: str = "", *, sort: Sort = Sort.RELEVANCE, page: int = 1, size: int = 25, **filters: Any
) -> Answer:
    """Search as a person; filters are lists of values by facet."""
    chosen = {name: tuple(str(value) for value in values) for name, values in filters.items()}
    return search(SearchRequest(person, text, chosen, sort, page, size))


def names(answer: Answer) -> list[str]:
    """Return the names of a page's results in order."""
    return [hit.asset.name for hit in answer.hits]


def counts(answer: Answer, facet: str) -> dict[str, int]:
    """Return a facet's counts by value."""
    return {count.value: count.count for count in answer.facets.get(facet, ())}


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Everything here is about rows."""


@pytest.fixture(params=["postgresql", pytest.param("elasticsearch", marks=pytest.mark.heavy)])
def engine(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run the test once on each engine; Elasticsearch hears of all that the test has changed before every question."""
    if request.param == "postgresql":
        yield request.param
        return
    with nodes.in_step(settings, monkeypatch):
        yield request.param
