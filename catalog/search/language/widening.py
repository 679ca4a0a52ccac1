"""Other ways to write the words of a query, by the dictionary and by joining them."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.search.dictionary.meanings import Dictionary
from catalog.search.language.query import Term


def widened(terms: Sequence[Term], known: Dictionary) -> tuple[Term, ...]:
    """Give terms their variants; words typed apart that the dictionary knows together become one term."""
    result: list[Term] = []
    place = 0
    while place < len(terms):
        run = _run(terms[place:], known)
        result.append(_together(run, known) if len(run) > 1 else with_variants(terms[place], known))
        place += max(1, len(run))
    return tuple(result)


def with_variants(term: Term, known: Dictionary) -> Term:
    """Return a term with the other ways to write it; what was quoted is meant as it is written."""
    return term if term.is_quoted else replace(term, variants=known.variants(term.words))


def _run(terms: Sequence[Term], known: Dictionary) -> Sequence[Term]:
    """Return the longest beginning of several terms whose words the dictionary knows together."""
    best: Sequence[Term] = ()
    words: tuple[str, ...] = ()
    for number, term in enumerate(terms, 1):
        words += term.words
        if term.is_quoted or term.is_excluded or len(words) > known.longest:
            break
        if number > 1 and known.others(words):
            best = terms[:number]
    return best


def _together(run: Sequence[Term], known: Dictionary) -> Term:
    words = tuple(word for term in run for word in term.words)
    parts = tuple(with_variants(term, known) for term in run)
    return Term(words, variants=known.others(words), parts=parts, typed=" ".join(term.typed for term in run))
