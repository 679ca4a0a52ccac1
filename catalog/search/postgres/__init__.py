"""Search by PostgreSQL's full text: the default, which needs nothing but the database."""

from collections.abc import Iterator

from catalog.search.backend import Found, Question
from catalog.search.postgres import counting, matching, ordering, strategy

_BATCH = 1000


class PostgresEngine:
    """The contract over the tables of this room."""

    name = "postgresql"

    def find(self, question: Question) -> Found:
        """Answer with what may be seen."""
        return self.find_by(question, matching.of(question))

    def find_by(self, question: Question, match: matching.Match) -> Found:
        """Answer by a match of its own."""
        plan = strategy.plan(question, match)
        counts = counting.count(question, match, plan)
        return Found(
            candidates=ordering.candidates(question, match, plan) if counts.total else (),
            total=counts.total,
            matched=counts.found,
            is_about=counts.is_about,
            facets=counts.facets,
            without=counts.without,
        )

    def ids(self, question: Question, limit: int) -> Iterator[list[int]]:
        """Give the ids of all results in order, in batches, up to the limit."""
        match = matching.of(question)
        ids = ordering.ordered(question, match, strategy.plan(question, match), 0, limit)
        return ordering.batches(ids, _BATCH)
