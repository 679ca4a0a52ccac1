"""Why an asset was found: marked words in name and description, the columns that match. For one page's rows only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.search.backend import Marked, Piece
from catalog.search.language import QueryText
from catalog.search.postgres.statements import Sql
from catalog.search.postgres.wording import any_term
from catalog.search.words import parts, split_sql

_START, _STOP = "\ue000", "\ue001"
_WORDS_SHOWN = 20
_SHOWN = 140
_READ = 5000
"""So many characters of a description are looked through for words to mark."""

# Columns are found by name, or by words where words are looked for; those found by name come first. What words of
# names are looked for is said once, in every row.
_FOUND_IN = """
    WITH found AS MATERIALIZED (
        SELECT document.asset_id, document.description, part.number, part.columns, part.names
        FROM search_document AS document
        LEFT JOIN LATERAL (
            SELECT max(part.number) AS number, array_agg(part.name) AS names,
                array_agg(ARRAY[part.name, part.data_type, COALESCE(part.said, '')] ORDER BY part.place) AS columns
            FROM (
                SELECT part.name, part.data_type, COALESCE(said.text, part.comment) AS said, count(*) OVER () AS number,
                    row_number() OVER (ORDER BY lower(part.name) = ANY(%(names)s) DESC, part.position) AS place
                FROM assets_column AS part
                LEFT JOIN assets_description AS said
                    ON said.asset_id = part.asset_id AND said.column_name = part.name AND said.layer = 'human'
                WHERE part.asset_id = document.asset_id
                    AND (lower(part.name) = ANY(%(names)s) OR ({vector}) @@ ({columns_query}))
            ) AS part
            WHERE part.place <= %(most)s
        ) AS part
            ON document.column_names && %(names)s::text[] OR ts_filter(document.words, '{{c}}') @@ ({columns_query})
        WHERE document.asset_id = ANY(%(ids)s)
    ),
    looked_for AS MATERIALIZED (
        SELECT array_agg(word) AS words FROM (
            SELECT unnest(%(words)s::text[]) AS word
            UNION SELECT string_to_table({split}, ' ') FROM found, unnest(found.names) AS name
        ) AS held
        WHERE to_tsvector('english', unaccent(word)) || to_tsvector('simple', unaccent(word)) @@ ({query})
    )
    SELECT found.asset_id, found.description,
           CASE WHEN found.description <> '' THEN ts_headline('english', left(found.description, {read}), {query},
               'StartSel={start}, StopSel={stop}, ' || CASE WHEN length(found.description) <= {shown}
                   THEN 'HighlightAll=true' ELSE 'MaxWords={most_words}, MinWords=10' END) ELSE '' END,
           found.number, found.columns, looked_for.words
    FROM found, looked_for
"""


@dataclass(frozen=True)
class FoundColumn:
    """A column that matches."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class FoundIn:
    """Where in an asset the words are: in its description, in so many columns, the first of which are given.

    `words` are those of names that are looked for, of all assets that were asked about.
    """

    description: Marked
    columns: Sequence[FoundColumn] = ()
    columns_found: int = 0
    words: frozenset[str] = frozenset()


def found_in(
    query: QueryText, assets: Mapping[int, str], *, names: Iterable[str], most: int, by_words: bool = True
) -> dict[int, FoundIn]:
    """Return where each asset (its name by its id) matches.

    Columns are found by their names, and by words unless `by_words` is False; at most `most` are given of each asset.
    """
    asked = any_term(query)
    text = f"{split_sql('part.name')} || ' ' || COALESCE(said.text, part.comment)"
    statement = _FOUND_IN.format(
        query=asked.text,
        columns_query=asked.text if by_words else "''::tsquery",
        vector=f"to_tsvector('english', {text}) || to_tsvector('simple', {text})",
        split=split_sql("name"),
        start=_START,
        stop=_STOP,
        most_words=_WORDS_SHOWN,
        shown=_SHOWN,
        read=_READ,
    )
    words = sorted({word for name in assets.values() for word, is_word in parts(name) if is_word})
    rows = Sql(statement, asked.params).fetch(ids=list(assets), names=list(names), most=most, words=words)
    return {row[0]: _found(*row[1:]) for row in rows}


def mark_words(name: str, words: frozenset[str]) -> Marked:
    """Mark the words within a name."""
    return tuple(Piece(text, is_word and text in words) for text, is_word in parts(name))


def shortened(description: str) -> Marked:
    """Return the beginning of a description."""
    if len(description) <= _SHOWN:
        return (Piece(description),) if description else ()
    return (Piece(description[:_SHOWN].rsplit(" ", 1)[0] + "…"),)


def _found(
    whole: str, marked: str, number: int | None, columns: list[list[Any]] | None, words: list[str] | None
) -> FoundIn:
    found = [FoundColumn(*column) for column in columns or ()]
    return FoundIn(_excerpt(whole, marked), found, number or 0, frozenset(words or ()))


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
