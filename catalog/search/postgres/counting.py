"""Totals and facets in one statement over one pass of the matches.

Each match knows in how many facets it misses the choices. It counts for a facet when it misses none, or only that one:
so a facet's counts hold all choices but its own.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from catalog.search.backend import COUNTED_AT_MOST, Count
from catalog.search.facets import FACETS, NONE
from catalog.search.postgres.statements import Params, Sql
from portal.kit import clock

UPDATED = "GREATEST(asset.changed_at, asset.written_at)"
_UPDATED_DAYS = ("7", "30", "90")
_VALUES_A_FACET = 100

_VALUES = {
    "type": "asset.kind",
    "source": "asset.source_id::text",
    "domain": f"COALESCE(domain.id::text, '{NONE}')",
    "certification": "asset.certification",
    "described": "CASE document.description WHEN '' THEN 'no' ELSE 'yes' END",
}
_OWNERS = f"CASE document.owners WHEN '{{}}' THEN ARRAY['{NONE}'] ELSE document.owners::text[] END"
_MET = {name: f"{value} = ANY(%(chosen_{name})s)" for name, value in _VALUES.items()} | {
    "owner": f"{_OWNERS} && %(chosen_owner)s::text[]",
    "updated": f"{UPDATED} >= %(now)s - make_interval(days => %(chosen_updated)s)",
}

_COUNT = """
    WITH found AS MATERIALIZED (
        SELECT asset.source_id, domain.name AS domain_name, {updated} AS updated_at, {owners} AS owners, {values}, {met}
        FROM {visible} WHERE {condition} LIMIT {most} + 1
    ),
    judged AS (SELECT *, {misses} AS misses FROM found),
    counted AS (
        SELECT facet, value, max(label) AS label, count(*) AS n
        FROM judged CROSS JOIN LATERAL (VALUES {pairs}) AS pair(facet, value, label, met)
        WHERE misses = 0 OR (misses = 1 AND NOT met) GROUP BY 1, 2
        UNION ALL
        SELECT 'owner', owner, NULL, count(*) FROM judged, unnest(owners) AS owner
        WHERE misses = 0 OR (misses = 1 AND NOT met_owner) GROUP BY 2
        UNION ALL
        SELECT 'updated', days, NULL, count(*) FROM judged, unnest(%(days)s::text[]) AS days
        WHERE (misses = 0 OR (misses = 1 AND NOT met_updated))
            AND updated_at >= %(now)s - make_interval(days => days::int) GROUP BY 2
        UNION ALL SELECT 'total', '', NULL, count(*) FROM judged WHERE misses = 0
        UNION ALL SELECT 'found', '', NULL, count(*) FROM judged
        UNION ALL {without}
    ),
    placed AS (SELECT *, row_number() OVER (PARTITION BY facet ORDER BY n DESC, value) AS place FROM counted)
    SELECT placed.facet, placed.value, placed.n, COALESCE(source.name, person.name, team.name, placed.label, '')
    FROM placed
    LEFT JOIN sources_source AS source ON placed.facet = 'source' AND source.id::text = placed.value
    LEFT JOIN {people} AS person ON placed.facet = 'owner' AND 'person:' || person.id = placed.value
    LEFT JOIN {teams} AS team ON placed.facet = 'owner' AND 'team:' || team.id = placed.value
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
    def is_about(self) -> bool:
        """Say whether there were more matches than are counted."""
        return self.found > COUNTED_AT_MOST


def chosen_params(filters: Mapping[str, tuple[str, ...]]) -> Params:
    """Return the parameters of the conditions of chosen facets."""
    params: Params = {f"chosen_{name}": list(values) for name, values in filters.items() if name != "updated"}
    if days := [int(value) for value in filters.get("updated", ()) if value in _UPDATED_DAYS]:
        params["chosen_updated"] = max(days)
    return params | {"now": clock.now()}


def met(name: str, filters: Mapping[str, tuple[str, ...]]) -> str:
    """Return the condition of one facet, TRUE when nothing is chosen in it."""
    return _MET[name] if filters.get(name) else "TRUE"


def all_met(filters: Mapping[str, tuple[str, ...]]) -> str:
    """Return the condition that every facet's choice is met."""
    return " AND ".join([met(facet.name, filters) for facet in FACETS if filters.get(facet.name)] or ["TRUE"])


def count(visible: Sql, condition: Sql, filters: Mapping[str, tuple[str, ...]]) -> Counts:
    """Count the matches of a condition that are visible, by facet and in all."""
    names = [facet.name for facet in FACETS]
    statement = _COUNT.format(
        visible=visible.text,
        condition=condition.text,
        updated=UPDATED,
        owners=_OWNERS,
        values=", ".join(f"{value} AS {name}_value" for name, value in _VALUES.items()),
        met=", ".join(f"{met(name, filters)} AS met_{name}" for name in names),
        misses=" + ".join(f"(NOT met_{name})::int" for name in names),
        pairs=", ".join(f"('{name}', {name}_value, {_label(name)}, met_{name})" for name in _VALUES),
        without=_without(names),
        people=get_user_model()._meta.db_table,
        teams=Group._meta.db_table,
        most=COUNTED_AT_MOST,
        most_values=_VALUES_A_FACET,
    )
    params = visible.params | condition.params | chosen_params(filters) | {"days": list(_UPDATED_DAYS)}
    return _read(Sql(statement, params).fetch())


def _label(name: str) -> str:
    return "COALESCE(domain_name, 'No domain')" if name == "domain" else "NULL"


def _without(names: list[str]) -> str:
    """Return SQL that counts, for each facet, what only its choice keeps out."""
    pairs = ", ".join(f"('{name}', met_{name})" for name in names)
    return f"""SELECT 'without', facet, NULL, count(*)
        FROM judged CROSS JOIN LATERAL (VALUES {pairs}) AS one(facet, met)
        WHERE misses = 1 AND NOT met GROUP BY facet"""  # noqa: S608 - parts are our own


def _read(rows: list[tuple[Any, ...]]) -> Counts:
    facets: dict[str, list[Count]] = defaultdict(list)
    for facet, value, number, label in rows:
        facets[facet].append(Count(value, label or ("Nobody" if (facet, value) == ("owner", NONE) else value), number))
    total, found = (facets.pop(name)[0].count for name in ("total", "found"))
    without = {row.value: total + row.count for row in facets.pop("without", [])}
    return Counts(total, found, {name: tuple(counts) for name, counts in facets.items()}, without)
