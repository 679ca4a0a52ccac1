"""Words of a question as the database's vectors hold them: by stem and as written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from catalog.search.backend import Question
from catalog.search.language import Term

_SPELL = """
    SELECT word, tsvector_to_array(to_tsvector('english', word)), tsvector_to_array(to_tsvector('simple', word))
    FROM unnest(%s::text[]) AS word
"""


@dataclass(frozen=True)
class Spelling:
    """A word's stems (none: a word too common to tell anything) and its plain forms (none: only signs)."""

    stems: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()


Spellings = Mapping[str, Spelling]


def spellings(question: Question) -> Spellings:
    """Return how each word of a question is held, in one statement."""
    words = sorted({word for term in _terms(question) for word in _words(term)})
    if not words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SPELL, [words])
        return {word: Spelling(tuple(stems), tuple(plain)) for word, stems, plain in cursor.fetchall()}


def _terms(question: Question) -> Iterable[Term]:
    yield from question.query.terms
    for tests in question.tests:
        for test in tests:
            yield from test.terms


def _words(term: Term) -> Iterable[str]:
    yield from term.words
    for variant in term.variants:
        yield from variant
    for part in term.parts:
        yield from _words(part)
