"""A small company to search in, and the asking of it."""

from collections.abc import Callable
from typing import Any

import pytest

from access.people.models import User
from catalog.assets.models import Asset
from catalog.search.backend import Answer, SearchRequest, Sort
from catalog.search.postgres import indexing
from catalog.search.queries import search

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
