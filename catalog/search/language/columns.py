"""From words to the names that columns have.

The vocabulary knows all names, whoever may see them: nothing of it is shown before a visible asset is found to hold
it, and what is cut off when there are too many does not depend on names that the person may not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog.assets.visibility import Sight
from catalog.search.language.query import Condition, Term
from catalog.search.words import key

NAMES_AT_MOST = 1_000

# The names exactly so come first, then the shorter ones: what is cut off is the farthest.
_NAMES = """
    SELECT wanted.number, found.name
    FROM unnest(%(keys)s::text[], %(joined)s::text[], %(texts)s::text[], %(withouts)s::text[])
        WITH ORDINALITY AS wanted(key, joined, text, without, number)
    CROSS JOIN LATERAL (
        SELECT column_name.name FROM search_columnname AS column_name
        WHERE (column_name.key IN (wanted.key, wanted.joined)
                OR column_name.words @@ (to_tsquery('simple', wanted.text) || to_tsquery('english', wanted.text)))
            AND NOT column_name.words
                @@ (to_tsquery('simple', wanted.without) || to_tsquery('english', wanted.without))
            AND {seen}
        ORDER BY column_name.key = wanted.key DESC, column_name.key = wanted.joined DESC,
            length(column_name.name), column_name.name
        LIMIT %(most)s
    ) AS found
"""
_SEEN = """(
    (SELECT sum(tally.number) FROM search_tally AS tally
     WHERE tally.scope = ANY(%(scopes)s) AND tally.name = column_name.name) > 0
    OR EXISTS (SELECT 1 FROM search_document AS document
               WHERE document.asset_id = ANY(%(single)s) AND column_name.name = ANY(document.column_names))
)"""


@dataclass(frozen=True)
class _Wanted:
    key: str
    joined: str
    text: str = ""
    without: str = ""


def names_of_columns(terms: Sequence[Term], *, is_unfinished: bool = False, sight: Sight | None = None) -> list[str]:
    """Return lower-case names that meet all terms, the one exactly so first; the last word may go on if unfinished."""
    positive = [term for term in terms if not term.is_excluded]
    if not positive:
        return []
    without = " | ".join(_either(term) for term in terms if term.is_excluded)
    return _names([_wanted(positive, is_unfinished=is_unfinished, without=without)], sight)[0]


def names_of_conditions(conditions: Sequence[Condition], sight: Sight) -> list[list[str]]:
    """Return the names for each condition: of any of its values, exactly so alone if it says `=`. One query for all."""
    pairs = [(number, terms) for number, each in enumerate(conditions) for terms in each.terms]
    found = _names([_wanted(terms, is_exact=bool(conditions[number].comparison)) for number, terms in pairs], sight)
    names: list[list[str]] = [[] for _ in conditions]
    for (number, _), each in zip(pairs, found, strict=True):
        names[number] += each
    return [list(dict.fromkeys(each))[:NAMES_AT_MOST] for each in names]


def _wanted(
    terms: Sequence[Term], *, is_exact: bool = False, is_unfinished: bool = False, without: str = ""
) -> _Wanted:
    whole = key(" ".join(word for term in terms for word in term.words))
    if is_exact:
        return _Wanted(whole, whole)
    *others, last = terms
    text = " & ".join([*map(_either, others), _either(last, is_unfinished=is_unfinished)])
    return _Wanted(whole, whole.replace(" ", ""), text, without)


def _names(wanted: list[_Wanted], sight: Sight | None) -> list[list[str]]:
    """Look names up; only when there are too many is it asked which of them the person may know."""
    if not wanted:
        return []
    names = _read(wanted, "TRUE")
    if sight and not sight.sees_all and any(len(each) == NAMES_AT_MOST for each in names):
        names = _read(wanted, _SEEN, scopes=list(sight.scopes), single=list(sight.assets))
    return names


def _read(wanted: list[_Wanted], seen: str, **params: Any) -> list[list[str]]:
    facts = {
        f"{name}s" if name != "joined" else name: [vars(each)[name] for each in wanted] for name in vars(wanted[0])
    }
    names: list[list[str]] = [[] for _ in wanted]
    with connection.cursor() as cursor:
        cursor.execute(_NAMES.format(seen=seen), facts | params | {"most": NAMES_AT_MOST})
        for number, name in cursor.fetchall():
            names[number - 1].append(name)
    return names


def _either(term: Term, *, is_unfinished: bool = False) -> str:
    """Return the full-text query of a term or a variant of it."""
    ways = [_phrase(words) for words in term.variants]
    if term.parts:
        ways.append(f"({' & '.join(map(_either, term.parts))})")
    else:
        ways.append(_phrase(term.words, ":*" if is_unfinished and not term.is_quoted else ""))
    return f"({' | '.join(ways)})"


def _phrase(words: Sequence[str], ending: str = "") -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in words) + ending + ")"
