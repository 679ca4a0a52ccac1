"""Completing what is being typed, with names of what the person may see."""

from catalog.search.backend import Rights, Suggestion, Suggestions
from catalog.search.language import QueryText
from catalog.search.postgres.statements import Sql, like_prefix, visible

_ASSETS = 6
_COLUMNS = 5
_COLUMNS_READ = 500

_NAMES_READ = 300
# Names that begin so come first; names with such words in them only where there is still room.
_BY_NAME = """
    WITH beginning AS (
        SELECT {facts} FROM search_document AS document WHERE {visible} AND document.name_key LIKE %(start)s
        ORDER BY document.name_key USING ~<~ LIMIT {read}
    ),
    inside AS (
        SELECT {facts} FROM search_document AS document
        WHERE {visible} AND document.words @@ to_tsquery('simple', %(words)s) AND document.name_key NOT LIKE %(start)s
            AND (SELECT count(*) FROM beginning) < {most}
        LIMIT {read}
    )
    SELECT id, path, kind FROM (SELECT * FROM beginning UNION ALL SELECT * FROM inside) AS named
    ORDER BY name_key = %(key)s DESC, name_key LIKE %(start)s DESC, certification = 'deprecated', popularity DESC,
        length(name_key), id
    LIMIT {most}
"""
_FACTS = (
    "document.asset_id AS id, document.path, document.kind, document.certification, document.name_key, "
    "document.popularity"
)
_BY_COLUMN = """
    SELECT name, count(*) FROM (
        SELECT lower(part.name) AS name FROM assets_column AS part
        JOIN ({ids}) AS seen ON seen.id = part.asset_id
        WHERE lower(part.name) LIKE %(start)s LIMIT {read}
    ) AS part
    GROUP BY 1 ORDER BY name = %(start_text)s DESC, 2 DESC, 1 LIMIT {most}
"""


def suggest(query: QueryText, rights: Rights) -> Suggestions:
    """Return assets and columns whose names go on as typed."""
    seen = visible(rights)
    return Suggestions(_assets(query, seen), _columns(query, seen))


def _assets(query: QueryText, seen: Sql) -> tuple[Suggestion, ...]:
    wanted = [word for term in query.wanted for word in term.words]
    params = {
        "key": query.key,
        "start": like_prefix(query.key),
        "words": " & ".join(f"'{word}':*A" for word in wanted),
    }
    rows = Sql(
        _BY_NAME.format(facts=_FACTS, visible=seen.text, read=_NAMES_READ, most=_ASSETS), seen.params | params
    ).fetch()
    return tuple(Suggestion(path.rpartition(".")[2], path, asset_id, kind) for asset_id, path, kind in rows)


def _columns(query: QueryText, seen: Sql) -> tuple[Suggestion, ...]:
    start = query.typed.lower().replace(" ", "_")
    ids = f"SELECT asset_id AS id FROM search_document AS document WHERE {seen.text}"  # noqa: S608 - parts are our own
    params = {"start": like_prefix(start), "start_text": start}
    rows = Sql(_BY_COLUMN.format(ids=ids, read=_COLUMNS_READ, most=_COLUMNS), seen.params | params).fetch()
    return tuple(Suggestion(name, count=number) for name, number in rows)
