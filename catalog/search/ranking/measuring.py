"""The statement that measures candidates: one for all of them, some twenty microseconds a candidate.

What is asked of each word comes as a text of digits, one a word: arrays take longer to read.

Names are small vectors of their own. Whether a word is in columns is asked of the document's words by weight (C),
which needs no filtered copy; whether a column is named by the whole text, of the vocabulary of column names.
"""

from collections.abc import Sequence
from typing import Any

from catalog.search.backend import Question
from catalog.search.postgres.statements import Params, Sql, like_prefix, visible
from catalog.search.ranking.wording import Unit, keys, units, variant_keys

_COLUMNS_AT_MOST = 200
_NO_WORDS = "''"
_STATEMENT = """
    WITH column_named AS MATERIALIZED (
        SELECT name FROM search_columnname WHERE key = ANY(%(keys)s) LIMIT {most}
    ),
    column_alike AS MATERIALIZED (
        SELECT name FROM search_columnname WHERE {alike} LIMIT {most}
    )
    SELECT document.asset_id, document.name_key,
        document.name_key = ANY(%(keys)s) OR replace(document.name_key, ' ', '') = %(joined)s,
        document.name_key = ANY(%(variant_keys)s),
        {begins},
        cardinality(string_to_array(document.name_key, ' ')),
        concat({in_name}),
        concat({in_description}),
        concat({in_columns}),
        concat({anywhere}),
        document.column_names && COALESCE((SELECT array_agg(name) FROM column_named), '{{}}'),
        document.column_names && COALESCE((SELECT array_agg(name) FROM column_alike), '{{}}'),
        document.certification, document.popularity,
        EXTRACT(day FROM %(now)s - document.updated_at)::int, document.completeness, document.domain_id,
        EXISTS (
            SELECT 1 FROM assets_visit AS visit
            WHERE visit.asset_id = document.asset_id AND visit.person_id = %(person)s AND visit.last_at >= %(recent)s
        )
    FROM search_document AS document WHERE document.asset_id = ANY(%(ids)s) AND {visible}
"""


def statement(question: Question) -> Sql:
    """Return the statement that measures candidates for a question; its parameters lack those of `measured`."""
    wanted = units(question.query)
    seen = visible(question.rights)
    numbered = range(len(wanted))
    names = [
        f"CASE WHEN document.name_words @@ ({_any('w', n)}) THEN 1 "
        f"WHEN document.name_words @@ ({_any('v', n)}) THEN 2 ELSE 0 END"
        for n in numbered
    ]
    text = _STATEMENT.format(
        most=_COLUMNS_AT_MOST,
        alike=" AND ".join(f"words @@ ({_any('w', n)} || {_any('v', n)})" for n in numbered) or "FALSE",
        begins=" OR ".join(f"document.name_key LIKE %(start{n})s" for n in range(len(keys(question.query)))),
        in_name=", ".join(names) or _NO_WORDS,
        in_description=", ".join(f"(document.words @@ ({_any('wb', n)}))::int" for n in numbered) or _NO_WORDS,
        in_columns=", ".join(f"(document.words @@ ({_any('wc', n)} || {_any('vc', n)}))::int" for n in numbered)
        or _NO_WORDS,
        anywhere=", ".join(f"(document.words @@ ({_any('w', n)} || {_any('va', n)}))::int" for n in numbered)
        if question.is_loose
        else _NO_WORDS,
        visible=seen.text,
    )
    return Sql(text, _params(question, wanted) | seen.params)


def _any(name: str, number: int) -> str:
    """Return the tsquery of a parameter, by stems and as written."""
    return f"to_tsquery('english', %({name}{number})s) || to_tsquery('simple', %({name}{number})s)"


def _params(question: Question, wanted: Sequence[Unit]) -> Params:
    query = question.query
    params: dict[str, Any] = {
        "keys": keys(query),
        "joined": query.joined_key or query.key,
        "variant_keys": variant_keys(query),
    }
    params |= {f"start{n}": like_prefix(text) for n, text in enumerate(keys(query))}
    for n, unit in enumerate(wanted):
        beginning = ":*" if unit.is_unfinished else ""
        params |= {
            f"w{n}": f"'{unit.word}'{beginning}",
            f"wb{n}": f"'{unit.word}'{beginning or ':'}B",
            f"wc{n}": f"'{unit.word}'{beginning or ':'}C",
            f"v{n}": _phrases(unit.variants, ""),
            f"vc{n}": _phrases(unit.variants, ":C"),
            f"va{n}": _phrases(unit.variants, ":AC"),
        }
    return params


def _phrases(variants: Sequence[tuple[str, ...]], weights: str) -> str:
    return " | ".join("(" + " <-> ".join(f"'{word}'{weights}" for word in variant) + ")" for variant in variants)
