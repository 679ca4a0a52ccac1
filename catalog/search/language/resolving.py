"""Conditions of a query, with the names in them resolved to what the person may know.

A name that is hidden resolves to what a name that does not exist does: a test that is met by nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from catalog.assets.visibility import sight_of
from catalog.search.backend import Test
from catalog.search.language.columns import names_of_conditions
from catalog.search.language.conditions import NONE
from catalog.search.language.moments import limits, span_limits
from catalog.search.language.naming import values_of
from catalog.search.language.query import Condition, Field, QueryText, Term
from portal.kit.people import Person

_FIELDS = {
    Field.TYPE: "kind",
    Field.CERTIFICATION: "certification",
    Field.SENSITIVITY: "sensitivity",
    Field.DESCRIBED: "described",
    Field.USABLE: "usable",
    Field.COLUMN: "column_names",
    Field.OWNER: "owners",
    Field.SOURCE: "source_id",
    Field.SCHEMA: "schema_id",
    Field.DOMAIN: "domain_id",
    Field.NAME: "name",
    Field.UPDATED: "updated_at",
    Field.HISTORY: "history_days",
}
_UNCLASSIFIED = ""


def resolve(query: QueryText, person: Person) -> tuple[tuple[Test, ...], ...]:
    """Return the tests of each alternative of a query. Asks the database once for each kind of name in it."""
    tests: dict[Condition, Test] = {}
    for field, conditions in _by_field(query).items():
        tests |= zip(conditions, _TESTS.get(field, _plain)(field, conditions, person), strict=True)
    return tuple(tuple(tests[condition] for condition in each.conditions) for each in query.alternatives)


def _by_field(query: QueryText) -> Mapping[Field, list[Condition]]:
    found: dict[Field, list[Condition]] = {}
    for condition in dict.fromkeys(condition for each in query.alternatives for condition in each.conditions):
        found.setdefault(condition.field, []).append(condition)
    return found


def _test(condition: Condition, values: Sequence[str] = ()) -> Test:
    return Test(_FIELDS[condition.field], tuple(values), is_excluded=condition.is_excluded)


def _plain(field: Field, conditions: Sequence[Condition], person: Person) -> list[Test]:
    return [_test(condition, condition.values) for condition in conditions]


def _sensitivities(field: Field, conditions: Sequence[Condition], person: Person) -> list[Test]:
    return [_test(each, [_UNCLASSIFIED if value == NONE else value for value in each.values]) for each in conditions]


def _named(field: Field, conditions: Sequence[Condition], person: Person) -> list[Test]:
    return [_test(*pair) for pair in zip(conditions, values_of(field, conditions, person), strict=True)]


def _columns(field: Field, conditions: Sequence[Condition], person: Person) -> list[Test]:
    return [_test(*pair) for pair in zip(conditions, names_of_conditions(conditions, sight_of(person)), strict=True)]


def _names(field: Field, conditions: Sequence[Condition], person: Person) -> list[Test]:
    """All terms of one value; of several, one term, so that any is enough: the others are variants of the first."""
    return [
        replace(_test(each), terms=each.terms[0] if len(each.terms) == 1 else (_any_of(each.terms),))
        for each in conditions
    ]


def _any_of(values: Sequence[Sequence[Term]]) -> Term:
    ways = [way for terms in values for way in _ways(terms)]
    return Term(ways[0], variants=tuple(dict.fromkeys(way for way in ways if way != ways[0])))


def _ways(terms: Sequence[Term]) -> list[tuple[str, ...]]:
    if len(terms) == 1:
        return [terms[0].words, *terms[0].variants]
    return [tuple(word for term in terms for word in term.words)]


def _times(field: Field, conditions: Sequence[Condition], person: Person) -> list[Test]:
    between = limits if field == Field.UPDATED else span_limits
    found = [(each, between(each.value, each.comparison)) for each in conditions]
    return [replace(_test(each), low=low, high=high) for each, (low, high) in found]


_TESTS: Mapping[Field, Callable[[Field, Sequence[Condition], Person], list[Test]]] = {
    Field.SENSITIVITY: _sensitivities,
    Field.OWNER: _named,
    Field.SOURCE: _named,
    Field.SCHEMA: _named,
    Field.DOMAIN: _named,
    Field.COLUMN: _columns,
    Field.NAME: _names,
    Field.UPDATED: _times,
    Field.HISTORY: _times,
}
