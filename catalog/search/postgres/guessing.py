"""What to show when nothing matches: the better spelling, some of the words, names that look alike."""

from collections.abc import Iterator
from dataclasses import replace

from catalog.search.backend import Found, Guess, Question
from catalog.search.language import understand
from catalog.search.postgres import PostgresEngine, matching, spelling


def guesses(question: Question) -> Iterator[tuple[Guess, Question]]:
    """Give what to ask instead, the likeliest first."""
    if correction := spelling.correct(question.query, question.rights):
        yield Guess.CORRECTED, replace(question, query=understand(correction))
    if len(question.query.wanted) > 1:
        yield Guess.SOME_WORDS, replace(question, is_loose=True)
    yield Guess.ALIKE, question


def alike(question: Question) -> Found:
    """Find names that look like the text."""
    return PostgresEngine().find_by(question, matching.by_likeness(question))
