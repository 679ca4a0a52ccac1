"""Elasticsearch: a copy of the documents that answers while it can. See docs/search-index.md."""

from collections.abc import Iterator

from catalog.search.backend import Found, Question
from catalog.search.elastic import finding, standing


class ElasticEngine:
    """The contract over the copy. It refuses whenever the copy may tell more or less than the database would."""

    name = "elasticsearch"

    def find(self, question: Question) -> Found:
        """Answer with what may be seen. Raises Unavailable."""
        index = standing.serving()
        found = finding.find(index, question)
        standing.require_no_narrowing()
        return found

    def ids(self, question: Question, limit: int) -> Iterator[list[int]]:
        """Give the ids of all results in the order of find(), in batches. Raises Unavailable before the first."""
        index = standing.serving()
        batches = list(finding.batches(index, question, limit))
        standing.require_no_narrowing()
        return iter(batches)


__all__ = ["ElasticEngine"]
