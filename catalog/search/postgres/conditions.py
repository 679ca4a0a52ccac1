"""Tests of a query and choices of facets as conditions on documents."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from catalog.search.backend import Rights, Test
from catalog.search.facets import NONE
from catalog.search.postgres.statements import FALSE, Sql, all_of, any_of, put, value
from catalog.search.postgres.wording import in_names
from portal.kit import clock

DAYS = ("7", "30", "90")
YEARS = ("1", "2", "5", "10")
_DAYS_A_YEAR = 365
_Met = Callable[[tuple[str, ...], Rights], Sql]
_FIELDS_OF = {"type": "kind", "source": "source_id", "domain": "domain_id", "owner": "owners"}
FACET_NAMES = (
    *("type", "source", "domain", "certification", "sensitivity", "usable", "updated", "history", "owner"),
    "described",
)


def tests_met(tests: Iterable[Test], rights: Rights) -> Sql:
    """Return the condition that every test is met."""
    return all_of([_tested(test, rights) for test in tests])


def choices_met(filters: Mapping[str, tuple[str, ...]], rights: Rights) -> Sql:
    """Return the condition that each facet's choice is met."""
    return all_of(choice_met(name, values, rights) for name, values in filters.items() if values)


def choice_met(facet: str, values: tuple[str, ...], rights: Rights) -> Sql:
    """Return the condition that any of the values of a facet is met."""
    if facet == "updated":
        days = [int(each) for each in values if each in DAYS]
        since = put("document.updated_at >= {}", value(clock.now() - timedelta(days=max(days, default=0))))
        return since if days else FALSE
    if facet == "history":
        years = [int(each) for each in values if each in YEARS]
        return put("document.history_days >= {}", value(min(years) * _DAYS_A_YEAR)) if years else FALSE
    if facet == "sensitivity":
        values = tuple("" if each == NONE else each for each in values)
    return _MET[_FIELDS_OF.get(facet, facet)](values, rights) if facet in FACET_NAMES else FALSE


def usable(rights: Rights) -> Sql:
    """Return the condition that the data were opened to the person, are theirs, or are public."""
    return put(
        "(document.domain_id = ANY({}::bigint[]) OR document.source_id = ANY({}::bigint[])"
        " OR document.asset_id = ANY({}::bigint[])"
        " OR document.sensitivity = 'public')",
        *(value(list(each)) for each in (rights.domains, rights.sources, rights.sight.assets)),
    )


def shown_domain(rights: Rights) -> Sql:
    """Return the domain of a document as the person may know it."""
    hidden = value(list(rights.hidden_domains))
    return put("CASE WHEN document.domain_id = ANY({}::bigint[]) THEN NULL ELSE document.domain_id END", hidden)


def _tested(test: Test, rights: Rights) -> Sql:
    if test.terms:
        condition = put("document.words @@ ({})", in_names(test))
    elif test.low is not None or test.high is not None:
        condition = _between(test)
    else:
        condition = _MET[test.field](test.values, rights) if test.values else FALSE
    return put("({}) IS NOT TRUE", condition) if test.is_excluded else condition


def _between(test: Test) -> Sql:
    if test.field not in {"updated_at", "history_days"}:
        return FALSE
    limits = ((">=", test.low), ("<", test.high))
    return all_of(put(f"document.{test.field} {sign} {{}}", value(at)) for sign, at in limits if at is not None)


def _same(field: str) -> _Met:
    return lambda values, rights: put(f"document.{field} = ANY({{}})", value(list(values)))


def _ids(field: str) -> _Met:
    return lambda values, rights: put(f"document.{field} = ANY({{}}::bigint[])", value(_numbers(values)))


def _in_domain(values: tuple[str, ...], rights: Rights) -> Sql:
    known = put("{} = ANY({}::bigint[])", shown_domain(rights), value(_numbers(values)))
    return any_of([known, *([put("({}) IS NULL", shown_domain(rights))] if NONE in values else [])])


def _owned(values: tuple[str, ...], rights: Rights) -> Sql:
    named = put("document.owners && {}::varchar[]", value([each for each in values if each != NONE]))
    return any_of([named, *([Sql("cardinality(document.owners) = 0")] if NONE in values else [])])


def _having_columns(values: tuple[str, ...], rights: Rights) -> Sql:
    return put("document.column_names && {}::text[]", value(list(values)))


def _described(values: tuple[str, ...], rights: Rights) -> Sql:
    ways = {"yes": Sql("document.description <> ''"), "no": Sql("document.description = ''")}
    return any_of(ways[each] for each in values if each in ways)


def _usable(values: tuple[str, ...], rights: Rights) -> Sql:
    ways = {"yes": usable(rights), "no": put("({}) IS NOT TRUE", usable(rights))}
    return any_of(ways[each] for each in values if each in ways)


def _numbers(values: tuple[str, ...]) -> list[int]:
    return [int(each) for each in values if each.isdecimal()]


_MET: Mapping[str, _Met] = {
    "kind": _same("kind"),
    "certification": _same("certification"),
    "sensitivity": _same("sensitivity"),
    "source_id": _ids("source_id"),
    "schema_id": _ids("schema_id"),
    "domain_id": _in_domain,
    "owners": _owned,
    "column_names": _having_columns,
    "described": _described,
    "usable": _usable,
    "updated_at": lambda values, rights: FALSE,
    "history_days": lambda values, rights: FALSE,
    "name": lambda values, rights: FALSE,
}
