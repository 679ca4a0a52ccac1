"""What people type, understood: words, "phrases", -excluded ones, and OR. Any text is fine."""

import re

from catalog.search.language.query import Alternative, QueryText, Term
from catalog.search.words import unaccented, words_of

LONGEST = 400
_MOST_TERMS = 24
_TOKEN = re.compile(r'-?"[^"]*"?|\S+')


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
    return QueryText(typed, tuple(Alternative(tuple(terms)) for terms in alternatives if terms))
