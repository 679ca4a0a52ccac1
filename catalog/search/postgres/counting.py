"""Totals and facets in one statement: one pass over the matches, grouped by every facet at once.

A facet's counts hold all choices but its own. So besides the count with all choices there is one for each facet in
which something is chosen, without that choice. Very many matches are counted on their first COUNTED_AT_MOST.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.search.backend import Count, Rights
from catalog.search.facets import FACETS, NONE
from catalog.search.postgres.statements import Params, Sql, visible
from portal.kit import clock

UPDATED = "document.updated_at"
_UPDATED_DAYS = ("7", "30", "90")
_VALUES_A_FACET = 100
COUNTED_AT_MOST = 10_000

_OWNERS = f"CASE document.owners WHEN '{{}}' THEN ARRAY['{NONE}'] ELSE document.owners::text[] END"
# What each match is grouped by. Ages are told apart only as far as the facet does.
_GROUPS = {
    "type": "document.kind",
    "source": "document.source_id::text",
    "domain": f"""CASE WHEN document.domain_id = ANY(%(hidden)s) THEN '{NONE}'
        ELSE COALESCE(document.domain_id::text, '{NONE}') END""",
    "certification": "document.certification",
    "described": "CASE document.description WHEN '' THEN 'no' ELSE 'yes' END",
    "updated": f"""CASE WHEN {UPDATED} >= %(now)s - interval '7 days' THEN 7
        WHEN {UPDATED} >= %(now)s - interval '30 days' THEN 30
        WHEN {UPDATED} >= %(now)s - interval '90 days' THEN 90 ELSE 999999 END""",
    "owner": _OWNERS,
}
_MET = {name: f"{value} = ANY(%(chosen_{name})s)" for name, value in _GROUPS.items()} | {
    "owner": f"{_OWNERS} && %(chosen_owner)s::text[]",
    "updated": f"{UPDATED} >= %(now)s - make_interval(days => %(chosen_updated)s)",
}

_COUNT = """
    WITH found AS (
        SELECT {groups}{met} FROM search_document AS document WHERE {visible} AND {condition} LIMIT {most} + 1
    ),
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

    @property
    def is_sample(self) -> bool:
        """Say whether the facets were counted on a part of the matches."""
        return self.found > COUNTED_AT_MOST


def chosen_params(filters: Mapping[str, tuple[str, ...]]) -> Params:
    """Return the parameters of the conditions of chosen facets."""
    params: Params = {f"chosen_{name}": list(values) for name, values in filters.items() if name != "updated"}
    if days := [int(value) for value in filters.get("updated", ()) if value in _UPDATED_DAYS]:
        params["chosen_updated"] = max(days)
    return params | {"now": clock.now()}


def condition_of(facet: str) -> str:
    """Return the condition that a facet's choice is met."""
    return _MET[facet]


def all_met(filters: Mapping[str, tuple[str, ...]]) -> str:
    """Return the condition that every facet's choice is met."""
    return " AND ".join([_MET[facet.name] for facet in FACETS if filters.get(facet.name)] or ["TRUE"])


def count(rights: Rights, condition: Sql, filters: Mapping[str, tuple[str, ...]]) -> Counts:
    """Count the matches of a condition that are visible, by facet and in all."""
    seen = visible(rights)
    seen = Sql(seen.text, seen.params | {"hidden": list(rights.hidden_domains)})
    chosen = [facet.name for facet in FACETS if filters.get(facet.name)]
    statement = _COUNT.format(
        visible=seen.text,
        condition=condition.text,
        groups=", ".join(f"{value} AS {name}" for name, value in _GROUPS.items()),
        met="".join(f", {_MET[name]} AS met_{name}" for name in chosen),
        names=", ".join(_GROUPS),
        sets=", ".join(f"({name})" for name in _GROUPS),
        counts=", ".join([f"{_number(chosen, '')} AS n", *(f"{_number(chosen, name)} AS n_{name}" for name in chosen)]),
        listed=" UNION ALL ".join(_listed(chosen)),
        most=COUNTED_AT_MOST,
        most_values=_VALUES_A_FACET,
    )
    params = seen.params | condition.params | chosen_params(filters)
    counts = _read(Sql(statement, params).fetch())
    return replace(counts, total=_total(seen, condition, filters)) if counts.is_sample and chosen else counts


def _total(seen: Sql, condition: Sql, filters: Mapping[str, tuple[str, ...]]) -> int:
    """Count what meets all choices, at most one more than COUNTED_AT_MOST."""
    text = f"""SELECT count(*) FROM (
        SELECT 1 FROM search_document AS document
        WHERE {seen.text} AND {condition.text} AND {all_met(filters)} LIMIT {COUNTED_AT_MOST} + 1
    ) AS found"""  # noqa: S608 - parts are our own, here and below
    return int(Sql(text, seen.params | condition.params | chosen_params(filters)).fetch()[0][0])


def _number(chosen: list[str], but: str) -> str:
    """Return the count of what meets all choices, but those of one facet."""
    conditions = [f"met_{name}" for name in chosen if name != but]
    return f"count(*) FILTER (WHERE {' AND '.join(conditions)})" if conditions else "count(*)"


def _listed(chosen: list[str]) -> Iterator[str]:
    """Give the statements that tell figures and values apart: one row a value."""
    whole = 2 ** len(_GROUPS) - 1
    yield f"SELECT 'found' AS facet, '' AS value, found AS n FROM grouped WHERE groups = {whole}"  # noqa: S608
    yield f"SELECT 'total', '', n FROM grouped WHERE groups = {whole}"  # noqa: S608
    for name in chosen:
        yield f"SELECT 'without', '{name}', n_{name} FROM grouped WHERE groups = {whole} AND n_{name} > n"  # noqa: S608
    for place, name in enumerate(reversed(_GROUPS)):
        number = f"n_{name}" if name in chosen else "n"
        own = f"groups = {whole - 2**place}"
        if name == "owner":
            yield f"SELECT 'owner', each, sum({number}) FROM grouped, unnest(owner) AS each WHERE {own} GROUP BY each"  # noqa: S608
        elif name == "updated":
            days = ", ".join(f"({day})" for day in _UPDATED_DAYS)
            yield f"""SELECT 'updated', days::text, sum({number}) FROM grouped, (VALUES {days}) AS span(days)
                WHERE {own} AND updated <= days GROUP BY days"""  # noqa: S608
        else:
            yield f"SELECT '{name}', {name}, {number} FROM grouped WHERE {own}"  # noqa: S608


def _read(rows: list[tuple[Any, ...]]) -> Counts:
    facets: dict[str, list[Count]] = defaultdict(list)
    for facet, value, number in rows:
        facets[facet].append(Count(value, "", int(number)))
    total, found = (sum(row.count for row in facets.pop(name, [])) for name in ("total", "found"))
    without = {row.value: row.count for row in facets.pop("without", [])}
    return Counts(total, found, {name: tuple(counts) for name, counts in facets.items()}, without)
