"""Completing what is being typed, with names of what the person may see."""

from catalog.search.backend import Suggestion, Suggestions
from catalog.search.postgres.statements import Sql, like_prefix
from catalog.search.querytext import QueryText

_ASSETS = 6
_COLUMNS = 5
_COLUMNS_READ = 500

_NAMES_READ = 300
# Names that begin so come first; names with such words in them only where there is still room.
_BY_NAME = """
    WITH beginning AS (
        SELECT {facts} FROM {visible} WHERE document.name_key LIKE %(start)s
        ORDER BY document.name_key USING ~<~ LIMIT {read}
    ),
    inside AS (
        SELECT {facts} FROM {visible}
        WHERE document.words @@ to_tsquery('simple', %(words)s) AND document.name_key NOT LIKE %(start)s
            AND (SELECT count(*) FROM beginning) < {most}
        LIMIT {read}
    )
    SELECT id, path, kind FROM (SELECT * FROM beginning UNION ALL SELECT * FROM inside) AS named
    ORDER BY name_key = %(key)s DESC, name_key LIKE %(start)s DESC, certification = 'deprecated', popularity DESC,
        length(name_key), id
    LIMIT {most}
"""
_FACTS = "asset.id, asset.path, asset.kind, asset.certification, document.name_key, document.popularity"
_BY_COLUMN = """
    SELECT name, count(*) FROM (
        SELECT lower(part.name) AS name FROM assets_column AS part
        JOIN ({ids}) AS seen ON seen.id = part.asset_id
        WHERE lower(part.name) LIKE %(start)s LIMIT {read}
    ) AS part
    GROUP BY 1 ORDER BY name = %(start_text)s DESC, 2 DESC, 1 LIMIT {most}
"""


def suggest(query: QueryText, visible: Sql) -> Suggestions:
    """Return assets and columns whose names go on as typed."""
    return Suggestions(_assets(query, visible), _columns(query, visible))


def _assets(query: QueryText, visible: Sql) -> tuple[Suggestion, ...]:
    wanted = [word for term in query.wanted for word in term.words]
    params = {
        "key": query.key,
        "start": like_prefix(query.key),
        "words": " & ".join(f"'{word}':*A" for word in wanted),
    }
    rows = Sql(
        _BY_NAME.format(facts=_FACTS, visible=visible.text, read=_NAMES_READ, most=_ASSETS), visible.params | params
    ).fetch()
    return tuple(Suggestion(path.rpartition(".")[2], path, asset_id, kind) for asset_id, path, kind in rows)


def _columns(query: QueryText, visible: Sql) -> tuple[Suggestion, ...]:
    start = query.typed.lower().replace(" ", "_")
    ids = f"SELECT asset.id FROM {visible.text}"  # noqa: S608 - parts are our own
    params = {"start": like_prefix(start), "start_text": start}
    rows = Sql(_BY_COLUMN.format(ids=ids, read=_COLUMNS_READ, most=_COLUMNS), visible.params | params).fetch()
    return tuple(Suggestion(name, count=number) for name, number in rows)
