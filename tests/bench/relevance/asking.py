"""Asking all judged queries; trying other weights asks no engine again."""

from collections.abc import Mapping, Sequence
from unittest.mock import patch

from catalog.assets.models import Asset
from catalog.search import ranking, searching
from catalog.search.backend import Candidate, Question, SearchRequest
from catalog.search.ranking import Features, Weights, ordered
from portal.kit.people import Person
from tests.bench.relevance.corpus import Corpus
from tests.bench.relevance.judgements import Query

_FIRST = 10
Found = Mapping[str, Sequence[str]]
"""The first ten of each query by its key, as `schema.name`."""


class Asked:
    """The answers to queries, with what ranking measured for them."""

    def __init__(self, corpus: Corpus, queries: Sequence[Query]) -> None:
        self._names = dict(_named())
        self._measured: dict[str, list[Features]] = {}
        self.engines: set[str] = set()
        self.found: Found = {query.key: self._ask(corpus, query) for query in queries}

    def again(self, weights: Weights) -> Found:
        """Return what would be found with other weights."""
        return {key: self._order(key, weights) if key in self._measured else found for key, found in self.found.items()}

    def _ask(self, corpus: Corpus, query: Query) -> list[str]:
        def measured(question: Question, person: Person, candidates: Sequence[Candidate]) -> list[Features]:
            self._measured[query.key] = features = ranking.features.measured(question, person, candidates)
            return features

        chosen = {"source": corpus.sources[query.catalog]}
        with patch.object(ranking, "measured", measured):
            answer = searching.search(SearchRequest(corpus.person, query.text, chosen, size=_FIRST))
        self.engines.add(answer.engine)
        return [self._names[hit.asset.pk] for hit in answer.hits]

    def _order(self, key: str, weights: Weights) -> list[str]:
        return [self._names[one.asset_id] for one in ordered(self._measured[key], weights)[:_FIRST]]


def _named() -> list[tuple[int, str]]:
    rows = Asset.objects.values_list("pk", "schema__name", "name")
    return [(pk, f"{schema}.{name}") for pk, schema, name in rows]
