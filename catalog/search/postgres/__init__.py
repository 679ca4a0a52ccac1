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
        match, plan = strategy.choose(question)
        less, plan = strategy.narrow(question, match, plan)
        return _found(less, matching.of(less) if less is not question else match, plan)

    def find_by(self, question: Question, match: matching.Match) -> Found:
        """Answer by a match of its own."""
        return _found(question, match, strategy.plan(question, match))

    def ids(self, question: Question, limit: int) -> Iterator[list[int]]:
        """Give the ids of all results in order, in batches, up to the limit."""
        return ordering.batches(ordering.ordered(question, *strategy.choose(question), 0, limit), _BATCH)


def _found(question: Question, match: matching.Match, plan: strategy.Plan) -> Found:
    counts = counting.count(question, match, plan)
    return Found(
        candidates=ordering.candidates(question, match, plan) if counts.total else (),
        total=counts.total,
        matched=counts.found,
        is_about=counts.is_about,
        facets=counts.facets,
        without=counts.without,
    )
