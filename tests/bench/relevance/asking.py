"""Asking all judged queries, with any weights, without asking an engine twice for the same."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from catalog.search import searching
from catalog.search.backend import SearchRequest
from catalog.search.ranking import Weights, trying
from tests.bench.relevance.corpus import Corpus
from tests.bench.relevance.judgements import Query


def ask_all(corpus: Corpus, queries: Sequence[Query], weights: Weights | None = None) -> dict[str, list[str]]:
    """Return the first ten of each query by its key, as `schema.name`."""
    with trying(weights) if weights else _as_it_is():
        return {query.key: _first_ten(corpus, query) for query in queries}


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


def _first_ten(corpus: Corpus, query: Query) -> list[str]:
    chosen = {"source": corpus.sources[query.catalog]}
    answer = searching.search(SearchRequest(corpus.person, query.text, chosen, size=10))
    return [f"{hit.asset.path.split('.')[1]}.{hit.asset.name}" for hit in answer.hits]
