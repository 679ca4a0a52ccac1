"""What people type, understood: words, "phrases", -excluded ones, and OR. Any text is fine."""

import re
from dataclasses import dataclass

from catalog.search.words import key, unaccented, words_of

LONGEST = 400
_MOST_TERMS = 24
_TOKEN = re.compile(r'-?"[^"]*"?|\S+')
_SHORTEST_PREFIX = 2


@dataclass(frozen=True)
class Term:
    """One thing to find, or to exclude. Several words are a phrase."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_quoted: bool = False

    def __str__(self) -> str:
        text = " ".join(self.words)
        return f'{"-" if self.is_excluded else ""}"{text}"'


@dataclass(frozen=True)
class QueryText:
    """Alternatives, each of terms that must all be met."""

    typed: str
    alternatives: tuple[tuple[Term, ...], ...]

    @property
    def key(self) -> str:
        """Return the text as the name that somebody may be looking for."""
        return key(self.typed)

    @property
    def has_words(self) -> bool:
        """Say whether there is anything to look for in the index of words."""
        return bool(self.alternatives)

    @property
    def wanted(self) -> list[Term]:
        """Return what shall be found, in any of the alternatives."""
        return [term for terms in self.alternatives for term in terms if not term.is_excluded]

    @property
    def unfinished(self) -> Term | None:
        """Return the last term while its last word may still be being typed."""
        last = self.alternatives[-1][-1] if self.alternatives else None
        if last is None or last.is_excluded or last.is_quoted:
            return None
        return last if len(last.words) > 1 or len(last.words[0]) >= _SHORTEST_PREFIX else None


def understand(text: str) -> QueryText:
    """Read a query; what can't be meant as words is left out."""
    typed = unaccented(" ".join(text.replace("\0", " ")[:LONGEST].split()))
    alternatives: list[list[Term]] = [[]]
    tokens = _TOKEN.findall(typed)[:_MOST_TERMS]
    for place, token in enumerate(tokens):
        if token.upper() in {"OR", "|"} and 0 < place < len(tokens) - 1:  # elsewhere it is the beginning of a word
            alternatives.append([])
        elif words := words_of(token):
            is_excluded = token.startswith("-")
            alternatives[-1].append(Term(tuple(words), is_excluded, '"' in token))
    return QueryText(typed, tuple(tuple(terms) for terms in alternatives if terms))
