"""What narrows a question beside its text: rights, conditions and the choices of facets."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from elasticsearch.dsl.query import Bool, MatchNone, Query, Range, Terms

from catalog.search.backend import Question, Rights, Test
from catalog.search.elastic.mapping import WITHOUT
from catalog.search.elastic.wording import Wording
from portal.kit import clock

_TERMS_AT_ONCE = 50_000  # the node takes 65,536
_YEAR = 365
UPDATED_DAYS = (7, 30, 90)
HISTORY_YEARS = (1, 2, 5, 10)

FIELDS = {
    "type": "kind",
    "source": "source_id",
    "domain": "domain_id",
    "certification": "certification",
    "sensitivity": "sensitivity",
    "owner": "owners",
    "described": "described",
}
"""Where facets that are values lie."""
OTHERS = ("updated", "history", "usable")
FACETS = (*FIELDS, *OTHERS)


def visible(rights: Rights) -> list[Query]:
    """Return the condition that a document is of an asset the person may see; none when they see all."""
    if rights.sight.sees_all:
        return []
    return [_any(*_terms("scope", rights.sight.scopes), *_terms("asset_id", rights.sight.assets))]


def usable(rights: Rights) -> Query:
    """Return what is met by data that were opened to the person, are theirs, or are public."""
    return _any(
        *_terms("domain_id", [str(pk) for pk in rights.domains]),
        *_terms("source_id", [str(pk) for pk in rights.sources]),
        *_terms("asset_id", rights.sight.assets),
        Terms("sensitivity", ["public"]),
    )


def condition(test: Test, rights: Rights, words: Wording) -> Query:
    """Return the query of a condition."""
    met = _met(test, rights, words)
    return Bool(must_not=[met]) if test.is_excluded else met


def _met(test: Test, rights: Rights, words: Wording) -> Query:
    if test.terms:
        return Bool(filter=[words.in_field(term, test.field) for term in test.terms])
    if test.low is not None or test.high is not None:
        return Range(test.field, _limits(test.low, test.high))
    if test.field == "usable":
        return _usable(test.values, rights)
    if test.field == "domain_id":
        return _domain(test.values, rights)
    return _any(*_terms(test.field, [value or WITHOUT for value in test.values]))


def chosen(question: Question) -> dict[str, Query]:
    """Return the condition of each facet in which something is chosen; one we don't know is met by nothing."""
    return {name: _choice(name, values, question.rights) for name, values in question.filters.items() if values}


def _choice(name: str, values: Sequence[str], rights: Rights) -> Query:
    if name in FIELDS and name != "domain":
        return Terms(FIELDS[name], list(values))
    if name == "domain":
        return _domain(values, rights)
    if name == "usable":
        return _usable(values, rights)
    if name == "updated" and (days := _numbers(values, UPDATED_DAYS)):
        return Range("updated_at", {"gte": since(max(days))})
    if name == "history" and (number := _numbers(values, HISTORY_YEARS)):
        return Range("history_days", {"gte": years(min(number))})
    return MatchNone()


def _numbers(values: Sequence[str], known: Sequence[int]) -> list[int]:
    return [number for number in known if str(number) in values]


def _usable(values: Sequence[str], rights: Rights) -> Query:
    ways = {"yes": usable(rights), "no": Bool(must_not=[usable(rights)])}
    return _any(*(ways[value] for value in ways if value in values))


def _domain(values: Sequence[str], rights: Rights) -> Query:
    """A domain that is hidden from the person is none to them."""
    hidden = {str(pk) for pk in rights.hidden_domains}
    known = [value for value in values if value not in hidden]
    return _any(*_terms("domain_id", known), *(_terms("domain_id", sorted(hidden)) if WITHOUT in values else ()))


def since(days: int) -> int:
    """Return the moment so many days ago, as the copy holds it."""
    return _microseconds(clock.now() - timedelta(days=days))


def years(number: int) -> int:
    """Return years in days, as histories are told."""
    return _YEAR * number


def _limits(low: datetime | int | None, high: datetime | int | None) -> dict[str, Any]:
    return {name: _number(limit) for name, limit in (("gte", low), ("lt", high)) if limit is not None}


def _number(limit: datetime | int) -> int:
    return _microseconds(limit) if isinstance(limit, datetime) else limit


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _terms(field: str, values: Sequence[str] | Sequence[int]) -> Iterator[Query]:
    for start in range(0, len(values), _TERMS_AT_ONCE):
        yield Terms(field, list(values[start : start + _TERMS_AT_ONCE]))


def _any(*queries: Query) -> Query:
    if not queries:
        return MatchNone()
    return queries[0] if len(queries) == 1 else Bool(should=list(queries), minimum_should_match=1)
