"""Search by PostgreSQL's full text: the default, which needs nothing but the database."""

from collections.abc import Iterator

from catalog.search.backend import Found, Question
from catalog.search.postgres import counting, matching


class PostgresEngine:
    """The contract over the tables of this room."""

    name = "postgresql"

    def find(self, question: Question) -> Found:
        """Answer with what may be seen."""
        return self.find_by(question, matching.of(question))

    def find_by(self, question: Question, match: matching.Match) -> Found:
        """Answer by a match of its own."""
        counts = counting.count(question.rights, match.condition, question.filters)
        return Found(
            candidates=matching.candidates(question, match) if counts.total else (),
            total=counts.total,
            matched=counts.found,
            is_about=counts.is_sample,
            facets=counts.facets,
            without=counts.without,
        )

    def ids(self, question: Question, limit: int) -> Iterator[list[int]]:
        """Give the ids of all results in order, in batches, up to the limit."""
        return matching.all_of(question, limit)
