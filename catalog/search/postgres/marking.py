"""Why an asset was found: marked words in name and description, the columns that match. For one page's rows only."""

from collections.abc import Iterable

from catalog.search.backend import Marked, Piece
from catalog.search.language import QueryText
from catalog.search.postgres.statements import Sql, any_term
from catalog.search.words import parts, split_sql

_START, _STOP = "\ue000", "\ue001"
_WORDS_SHOWN = 28
_COLUMNS_SHOWN = 3
_SHOWN = 180

_FOUND_IN = """
    SELECT document.asset_id, document.description,
           CASE WHEN document.description <> '' THEN ts_headline('english', document.description, {query},
               'StartSel={start}, StopSel={stop}, MaxWords={words}, MinWords=16') ELSE '' END,
           COALESCE(found.names, '{{}}')
    FROM search_document AS document
    LEFT JOIN LATERAL (
        SELECT array_agg(part.name) AS names FROM (
            SELECT part.name FROM assets_column AS part
            LEFT JOIN assets_description AS said
                ON said.asset_id = part.asset_id AND said.column_name = part.name AND said.layer = 'human'
            WHERE part.asset_id = document.asset_id AND ({vector}) @@ {query}
            ORDER BY part.position LIMIT {columns}
        ) AS part
    ) AS found ON ts_filter(document.words, '{{c}}') @@ {query}
    WHERE document.asset_id = ANY(%(ids)s)
"""


def found_in(query: QueryText, asset_ids: list[int]) -> dict[int, tuple[Marked, list[str]]]:
    """Return the marked description and the names of matching columns, by asset."""
    asked = any_term(query)
    text = f"{split_sql('part.name')} || ' ' || COALESCE(said.text, part.comment)"
    statement = _FOUND_IN.format(
        query=asked.text,
        vector=f"to_tsvector('english', {text}) || to_tsvector('simple', {text})",
        start=_START,
        stop=_STOP,
        words=_WORDS_SHOWN,
        columns=_COLUMNS_SHOWN,
    )
    rows = Sql(statement, asked.params).fetch(ids=asset_ids)
    return {asset_id: (_excerpt(whole, marked), columns) for asset_id, whole, marked, columns in rows}


def matching_words(query: QueryText, names: Iterable[str]) -> frozenset[str]:
    """Return which of the names' words are looked for."""
    words = sorted({word for name in names for word, is_word in parts(name) if is_word})
    asked = any_term(query)
    text = f"""SELECT word FROM unnest(%(words)s::text[]) AS word
        WHERE to_tsvector('english', unaccent(word)) || to_tsvector('simple', unaccent(word)) @@ ({asked.text})"""  # noqa: S608
    return frozenset(row[0] for row in Sql(text, asked.params).fetch(words=words))


def mark_words(name: str, words: frozenset[str]) -> Marked:
    """Mark the words within a name."""
    return tuple(Piece(text, is_word and text in words) for text, is_word in parts(name))


def shortened(description: str) -> Marked:
    """Return the beginning of a description."""
    if len(description) <= _SHOWN:
        return (Piece(description),) if description else ()
    return (Piece(description[:_SHOWN].rsplit(" ", 1)[0] + "…"),)


def _excerpt(whole: str, marked: str) -> Marked:
    """Turn the database's marks into pieces, with dots where the text goes on."""
    if _START not in marked:
        return shortened(whole)
    bare = marked.replace(_START, "").replace(_STOP, "")
    before = "" if whole.startswith(bare) else "… "
    after = "" if whole.endswith(bare) else " …"
    first, *rest = marked.split(_START)
    pieces = [Piece(before + first)]
    for piece in rest:
        match, _, text = piece.partition(_STOP)
        pieces += [Piece(match, is_match=True), Piece(text)]
    return tuple(piece for piece in [*pieces, Piece(after)] if piece.text)
