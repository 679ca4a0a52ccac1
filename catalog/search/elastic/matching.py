"""A question as a query: its text, its conditions, and who asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from elasticsearch.dsl.query import Bool, MatchAll, MatchNone, Query

from catalog.search.backend import Question, Test
from catalog.search.elastic import wording
from catalog.search.elastic.narrowing import condition, visible
from catalog.search.elastic.spelling import spellings
from catalog.search.elastic.wording import Wording
from catalog.search.language import Alternative


@dataclass(frozen=True)
class Match:
    """What a question is met by, the choices of facets left aside: as a condition, and with scores."""

    condition: Query
    scored: Query


def of(question: Question) -> Match:
    """Return what a question is met by and the person may see."""
    seen = visible(question.rights)
    query = question.query
    if query.asks_nothing:
        everything = Bool(filter=seen) if seen else MatchAll()
        return Match(everything, everything)
    words = Wording(spellings(question), query.unfinished)
    met = _met(question, words)
    tiers = list(wording.tiers(query, words.for_all(query.alternatives)))
    return Match(Bool(filter=[met, *seen]), Bool(must=[met], filter=seen, should=tiers))


def _met(question: Question, words: Wording) -> Query:
    """Alternatives of words alone are read together; the others each with its conditions."""
    query = question.query
    if not query.alternatives:
        return Bool(filter=[wording.named(query)])
    pairs = list(zip(query.alternatives, question.tests or [()] * len(query.alternatives), strict=True))
    bare = [one for one, tests in pairs if one.terms and not tests and not one.conditions]
    together = words.for_all(bare)
    found = [wording.alternative(one, together, is_loose=question.is_loose) for one in bare]
    if len(bare) == len(pairs):
        found.append(Bool(filter=[wording.named(query)]))
    found += [_narrowed(one, tests, question, words) for one, tests in pairs if tests or one.conditions]
    return _any([each for each in found if each is not None])


def _narrowed(one: Alternative, tests: Sequence[Test], question: Question, words: Wording) -> Query:
    """An alternative of which a condition could not be resolved is met by nothing."""
    if not tests:
        return MatchNone()
    conditions = [condition(test, question.rights, words) for test in tests]
    if not one.terms:
        return Bool(filter=conditions)
    met = wording.alternative(one, words.for_all([one]), is_loose=question.is_loose)
    ways = [met or MatchNone()]
    if len(question.query.alternatives) == 1:
        ways.append(Bool(filter=[wording.named(question.query)]))
    return Bool(must=[_any(ways)], filter=conditions)


def _any(queries: Sequence[Query]) -> Query:
    if not queries:
        return MatchNone()
    return queries[0] if len(queries) == 1 else Bool(should=list(queries), minimum_should_match=1)
