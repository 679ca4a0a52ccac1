"""What people type, understood: words, "phrases", -excluded ones, OR, and conditions. Any text is fine."""

from collections.abc import Mapping
from dataclasses import replace

from catalog.search.dictionary.meanings import Dictionary
from catalog.search.dictionary.reading import dictionary
from catalog.search.language import conditions, widening
from catalog.search.language.query import Alternative, Condition, Field, QueryText, Term
from catalog.search.language.scanning import LONGEST, Token, scan, tidy
from catalog.search.words import all_unaccented, words_of

__all__ = ["LONGEST", "understand"]
_WORDED = (Field.NAME, Field.COLUMN)


def understand(text: str) -> QueryText:
    """Read a query; what can't be meant as words is left out."""
    tidied = tidy(text)
    tokens = list(scan(tidied))
    plain = _plain(tidied, tokens)
    known = dictionary() if any(words_of(text) for text in plain.values()) else Dictionary()
    typed: list[tuple[list[Term], list[Condition]]] = [([], [])]
    problems: list[str] = []
    for token in tokens:
        if token.is_or:
            typed.append(([], []))
        elif token.field:
            condition, problem = conditions.read(token)
            typed[-1][1].extend([_worded(condition, plain, known)] if condition else [])
            problems.extend([problem] if problem else [])
        elif words := words_of(plain[token.text]):
            typed[-1][0].append(Term(tuple(words), token.is_excluded, token.is_quoted, typed=token.text))
    alternatives = (Alternative(widening.widened(terms, known), tuple(wanted)) for terms, wanted in typed)
    return QueryText(plain[tidied], tuple(filter(None, alternatives)), tuple(dict.fromkeys(problems)))


def _plain(tidied: str, tokens: list[Token]) -> Mapping[str, str]:
    """Return the text, its tokens and its values without accents, by how they were typed."""
    texts = [tidied, *(token.text for token in tokens), *(value for token in tokens for value in token.values)]
    return dict(zip(texts, all_unaccented(texts), strict=True))


def _worded(condition: Condition, plain: Mapping[str, str], known: Dictionary) -> Condition:
    if condition.field not in _WORDED:
        return condition
    return replace(condition, terms=tuple(_value(plain[value], known) for value in condition.values))


def _value(text: str, known: Dictionary) -> tuple[Term, ...]:
    each = [Term(tuple(words), typed=piece) for piece in text.split() if (words := words_of(piece))]
    return widening.widened(each, known)
