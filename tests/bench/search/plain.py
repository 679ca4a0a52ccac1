"""The peer: plain full text over the same documents, as one writes it first. Who may see what is in the statement."""

from typing import Any

from django.db import connection

from catalog.assets.visibility import Sight

_WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"
_PAGE = """
    SELECT asset_id, ts_rank_cd('{weights}', words, websearch_to_tsquery('english', %s)) * ln(2 + popularity) AS score
    FROM search_document
    WHERE words @@ websearch_to_tsquery('english', %s) AND {visible}
    ORDER BY score DESC, asset_id LIMIT 25
"""
_FACETS = """
    SELECT GROUPING(kind, certification, sensitivity, source_id, domain_id), kind, certification, sensitivity,
        source_id, domain_id, count(*)
    FROM search_document
    WHERE words @@ websearch_to_tsquery('english', %s) AND {visible}
    GROUP BY GROUPING SETS ((kind), (certification), (sensitivity), (source_id), (domain_id), ())
"""
_BEGINNING = """
    SELECT asset_id, path FROM search_document
    WHERE words @@ to_tsquery('simple', %s) AND {visible}
    ORDER BY ts_rank_cd('{weights}', words, to_tsquery('simple', %s)) DESC, asset_id LIMIT 10
"""


def page(sight: Sight, text: str) -> int:
    """Read the best 25 of all matches, all facets and the count; return the count."""
    _fetch(_PAGE.format(weights=_WEIGHTS, visible=_visible(sight)), text, text)
    rows = _fetch(_FACETS.format(visible=_visible(sight)), text)
    return next((int(row[-1]) for row in rows if row[0] == 0b11111), 0)


def beginning(sight: Sight, text: str) -> None:
    """Read the ten best that hold a word which begins so."""
    _fetch(_BEGINNING.format(weights=_WEIGHTS, visible=_visible(sight)), f"{text}:*", f"{text}:*")


def _visible(sight: Sight) -> str:
    """Return the condition with its values in it: the planner knows them."""
    if sight.sees_all:
        return "TRUE"
    scopes = ", ".join(f"'{scope}'" for scope in sight.scopes)
    return (
        f"(scope = ANY(ARRAY[{scopes}]) OR asset_id = ANY(ARRAY[{', '.join(map(str, sight.assets)) or 'NULL'}]::int[]))"
    )


def _fetch(statement: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
