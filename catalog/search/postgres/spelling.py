"""Did you mean: words of the catalog that look like those which find nothing.

The vocabulary knows the words of all assets. So that it betrays none, a word is only offered when an asset that the
person may see holds it.
"""

from catalog.search.backend import Rights
from catalog.search.language import QueryText
from catalog.search.postgres.statements import Sql, put, value, visible
from catalog.search.postgres.strategy import SEEN_FEW, extent

_SHORTEST = 3
_LONGEST = 40
_CANDIDATES = 6
_MOST_WORDS = 8

# One slip in a short word, two in a longer one; letters that changed places count as two. A longer word may go on.
_LOOK_ALIKE = """
    SELECT typed, near.word FROM unnest(%(typed)s::text[]) AS typed
    CROSS JOIN LATERAL (SELECT CASE WHEN length(typed) < 5 THEN 1 ELSE 2 END AS slips) AS most
    CROSS JOIN LATERAL (
        SELECT word.word FROM search_word AS word
        WHERE (word.word %% typed OR word.word LIKE left(typed, 1) || '%%') AND word.word <> typed
            AND levenshtein_less_equal(left(word.word, length(typed) + 1), typed, most.slips) <= most.slips
        ORDER BY levenshtein(word.word, typed), similarity(word.word, typed) DESC, word.word LIMIT {most}
    ) AS near
"""
_HELD_AT_ALL = 300
# What some documents that hold any of the words hold of them; then, word by word, what these did not show.
_IN_SOME = """
    SELECT DISTINCT lexeme.lexeme FROM (
        SELECT document.words FROM search_document AS document
        WHERE document.words @@ to_tsquery('simple', {}) AND {} LIMIT {}
    ) AS document, unnest(document.words) AS lexeme WHERE lexeme.lexeme = ANY({})
"""
_EACH = """
    SELECT word FROM unnest({}::text[]) AS word WHERE EXISTS (
        SELECT 1 FROM search_document AS document
        WHERE document.words @@ to_tsquery('simple', '''' || word || '''') AND {})
"""


def correct(query: QueryText, rights: Rights) -> str:
    """Return the text with unknown words replaced by known ones; empty when nothing better is known."""
    words = {word.lower() for term in query.wanted for word in term.words}
    typed = sorted(word for word in words if _SHORTEST <= len(word) <= _LONGEST)[:_MOST_WORDS]
    if not typed:
        return ""
    pairs = Sql(_LOOK_ALIKE.format(most=_CANDIDATES)).fetch(typed=typed)
    known = _held_by_visible({word for pair in pairs for word in pair}, rights)
    better = {word: near for word, near in reversed(pairs) if near in known and word not in known}
    corrected = " ".join(_corrected(token, better) for token in query.typed.split())
    return corrected if corrected.lower() != query.typed.lower() else ""


def _held_by_visible(words: set[str], rights: Rights) -> set[str]:
    """Return the words that stand in an asset of the person's. Most show in a few documents."""
    if not words:
        return set()
    any_word = value(" | ".join(f"'{word}'" for word in sorted(words)))
    seen = visible(rights, by_index=extent(rights)[0] <= SEEN_FEW)
    some = put(_IN_SOME, any_word, seen, Sql(str(_HELD_AT_ALL)), value(sorted(words)))
    held = {row[0] for row in some.fetch()}
    rest = sorted(words - held)
    return held | ({row[0] for row in put(_EACH, value(rest), seen).fetch()} if rest else set())


def _corrected(token: str, better: dict[str, str]) -> str:
    bare = token.strip('-"').lower()
    return token.lower().replace(bare, better[bare]) if bare in better else token
