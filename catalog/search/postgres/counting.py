"""Totals and facets in one statement: one pass over the matches, grouped by every facet at once.

A facet's counts hold all choices but its own. So besides the count with all choices there is one for each facet in
which something is chosen, without that choice. Very many matches are counted in a part of all documents (see strategy).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from catalog.search.backend import Count, Question, Rights
from catalog.search.facets import NONE
from catalog.search.postgres import signals
from catalog.search.postgres.conditions import DAYS, FACET_NAMES, YEARS, choice_met, shown_domain, usable
from catalog.search.postgres.matching import Match
from catalog.search.postgres.statements import Sql, all_of, put, value, visible
from catalog.search.postgres.strategy import EXACT_AT_MOST, Plan, narrowed
from portal.kit import clock

_VALUES_A_FACET = 100
_TOO_FEW = 100
"""Sampled matches below which a sample tells too little."""
_NEVER = 999_999

_COUNT = """
    WITH found AS MATERIALIZED (SELECT {groups}{met} FROM search_document AS document WHERE {condition}),
    grouped AS (
        SELECT {names}, GROUPING({names}) AS groups, count(*) AS found, {counts}
        FROM found GROUP BY GROUPING SETS ((), {sets})
    ),
    counted AS (
        {listed}
    ),
    placed AS (
        SELECT *, row_number() OVER (PARTITION BY facet ORDER BY n DESC, value) AS place FROM counted WHERE n > 0
    )
    SELECT placed.facet, placed.value, placed.n FROM placed
    WHERE placed.place <= {most_values} ORDER BY placed.facet, placed.place
"""


@dataclass(frozen=True)
class Counts:
    """What the statement brings."""

    total: int
    found: int
    """Matches of the text alone, whatever is chosen."""
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)
    is_about: bool = False


def count(question: Question, match: Match, plan: Plan) -> Counts:
    """Count the matches that are visible, by facet and in all: one by one where they are few, else in a sample."""
    if plan.is_exact:
        return _counted(question, narrowed(plan, match.found))
    counts = _sampled(question, match, plan)
    if counts.found <= EXACT_AT_MOST // 2 and not match.is_everything:  # fewer than they seemed
        return _counted(question, narrowed(plan, match.found))
    if match.is_everything:
        return replace(counts, total=plan.visible, found=plan.visible)
    if counts.total * plan.parts < _TOO_FEW * signals.PARTS:
        return replace(counts, total=number(narrowed(plan, match.whole)))
    return counts


def number(condition: Sql) -> int:
    """Count what meets a condition."""
    return int(put("SELECT count(*) FROM search_document AS document WHERE {}", condition).fetch()[0][0])


def values_seen(facet: str, values: tuple[str, ...], rights: Rights) -> set[str]:
    """Return those values of a facet that anything visible has."""
    return {
        each
        for each in values
        if put(
            "SELECT 1 FROM search_document AS document WHERE {} LIMIT 1",
            all_of([visible(rights), choice_met(facet, (each,), rights)]),
        ).fetch()
    }


def _sampled(question: Question, match: Match, plan: Plan) -> Counts:
    counts = _counted(question, narrowed(plan, match.within(signals.sample(plan.parts))))
    times = signals.PARTS / plan.parts
    return Counts(
        round(counts.total * times),
        round(counts.found * times),
        {
            name: tuple(replace(each, count=round(each.count * times)) for each in counted)
            for name, counted in counts.facets.items()
        },
        {name: round(each * times) for name, each in counts.without.items()},
        is_about=plan.parts < signals.PARTS,
    )


def _counted(question: Question, condition: Sql) -> Counts:
    rights, filters = question.rights, question.filters
    chosen = [name for name, values in filters.items() if values]
    groups = _groups(rights)
    statement = put(
        _COUNT.format(
            groups=", ".join(f"{{}} AS {name}" for name in groups),
            met="".join(f", {{}} AS met_{name}" for name in chosen),
            condition="{}",
            names=", ".join(groups),
            sets=", ".join(f"({name})" for name in groups),
            counts=", ".join(
                [f"{_number(chosen, '')} AS n", *(f"{_number(chosen, name)} AS n_{name}" for name in chosen)]
            ),
            listed=" UNION ALL ".join(_listed(chosen)),
            most_values=_VALUES_A_FACET,
        ),
        *groups.values(),
        *(put("({}) IS TRUE", choice_met(name, filters[name], rights)) for name in chosen),
        condition,
    )
    return _read(statement.fetch())


def _groups(rights: Rights) -> Mapping[str, Sql]:
    """Return what each match is grouped by. Ages and lengths are told apart only as far as their facets do."""
    now = clock.now()
    days = [put(f"WHEN document.updated_at >= {{}} THEN {day}", value(now - timedelta(days=int(day)))) for day in DAYS]
    years = [Sql(f"WHEN document.history_days >= {int(year) * 365} THEN {year}") for year in reversed(YEARS)]
    groups = {
        "type": Sql("document.kind"),
        "source": Sql("document.source_id::text"),
        "domain": put("COALESCE(({})::text, {})", shown_domain(rights), value(NONE)),
        "certification": Sql("document.certification"),
        "sensitivity": put("COALESCE(NULLIF(document.sensitivity, ''), {})", value(NONE)),
        "usable": put("CASE WHEN {} THEN 'yes' ELSE 'no' END", usable(rights)),
        "updated": put(f"CASE {'{} ' * len(days)} ELSE {_NEVER} END", *days),
        "history": put(f"CASE {'{} ' * len(years)} ELSE 0 END", *years),
        "owner": put(
            "CASE WHEN cardinality(document.owners) = 0 THEN ARRAY[{}] ELSE document.owners::text[] END", value(NONE)
        ),
        "described": Sql("CASE document.description WHEN '' THEN 'no' ELSE 'yes' END"),
    }
    return {name: groups[name] for name in FACET_NAMES}


def _number(chosen: list[str], but: str) -> str:
    """Return the count of what meets all choices, but those of one facet."""
    conditions = [f"met_{name}" for name in chosen if name != but]
    return f"count(*) FILTER (WHERE {' AND '.join(conditions)})" if conditions else "count(*)"


def _listed(chosen: list[str]) -> Iterator[str]:
    """Give the statements that tell figures and values apart: one row a value."""
    whole = 2 ** len(FACET_NAMES) - 1
    yield f"SELECT 'found' AS facet, '' AS value, found AS n FROM grouped WHERE groups = {whole}"  # noqa: S608 - parts are our own, here and below
    yield f"SELECT 'total', '', n FROM grouped WHERE groups = {whole}"  # noqa: S608
    for name in chosen:
        yield f"SELECT 'without', '{name}', n_{name} FROM grouped WHERE groups = {whole} AND n_{name} > n"  # noqa: S608
    for place, name in enumerate(reversed(FACET_NAMES)):
        number = f"n_{name}" if name in chosen else "n"
        own = f"groups = {whole - 2**place}"
        if name == "owner":
            yield f"SELECT 'owner', each, sum({number}) FROM grouped, unnest(owner) AS each WHERE {own} GROUP BY each"  # noqa: S608
        elif name in {"updated", "history"}:
            limits = ", ".join(f"({limit})" for limit in (DAYS if name == "updated" else YEARS))
            sign = "<=" if name == "updated" else ">="
            yield f"""SELECT '{name}', limits.at::text, sum({number}) FROM grouped, (VALUES {limits}) AS limits (at)
                WHERE {own} AND {name} {sign} limits.at GROUP BY limits.at"""  # noqa: S608
        elif name == "usable":
            yield f"SELECT 'usable', 'yes', {number} FROM grouped WHERE {own} AND usable = 'yes'"  # noqa: S608
        else:
            yield f"SELECT '{name}', {name}, {number} FROM grouped WHERE {own}"  # noqa: S608


def _read(rows: list[tuple[Any, ...]]) -> Counts:
    facets: dict[str, list[Count]] = defaultdict(list)
    for facet, each, number in rows:
        facets[facet].append(Count(each, "", int(number)))
    total, found = (sum(row.count for row in facets.pop(name, [])) for name in ("total", "found"))
    without = {row.value: row.count for row in facets.pop("without", [])}
    return Counts(total, found, {name: tuple(counts) for name, counts in facets.items()}, without)
