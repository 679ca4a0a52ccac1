"""The first of all that is visible, without any condition: of each scope by its index, merged."""

from collections.abc import Callable

from catalog.search.backend import Question
from catalog.search.postgres.statements import Sql, put, value
from catalog.search.postgres.strategy import Plan

Within = Callable[[str], Sql]
_COLUMNS = "document.asset_id, document.popularity, document.updated_at, document.name_key, document.path"
_WALK = f"""
    SELECT asset_id FROM (
        SELECT first.* FROM unnest({{0}}::varchar[]) AS held (scope) CROSS JOIN LATERAL (
            SELECT {_COLUMNS} FROM search_document AS document WHERE document.scope = held.scope
            ORDER BY {{1}} LIMIT {{2}}) AS first
        UNION ALL
        SELECT {_COLUMNS}
        FROM unnest({{3}}::bigint[]) AS single (id) JOIN search_document AS document ON document.asset_id = single.id
        WHERE document.scope <> ALL({{0}}::varchar[])
    ) AS document ORDER BY {{1}} LIMIT {{4}} OFFSET {{5}}
"""  # noqa: S608 - parts are our own


def walk(question: Question, plan: Plan, order: str, offset: int, limit: int) -> list[int]:
    """Return the ids of a slice of everything visible."""
    sight = question.rights.sight
    scopes = _all_scopes() if sight.sees_all else list(sight.scopes)
    rows = put(
        _WALK,
        value(scopes),
        Sql(order),
        Sql(str(int(offset + limit))),
        value(list(sight.assets)),
        Sql(str(int(limit))),
        Sql(str(int(offset))),
    ).fetch()
    return [row[0] for row in rows]


def _all_scopes() -> list[str]:
    rows = Sql("SELECT DISTINCT scope FROM search_tally WHERE name = '' AND scope <> '*'").fetch()
    return [row[0] for row in rows]
