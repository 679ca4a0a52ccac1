"""The words of a query that say what is looked for, one by one, without those that any question has."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from catalog.search.language import QueryText, Term
from catalog.search.words import key

_MOST = 12
# Words around a question that say nothing of what is looked for: English stop words, and what catalogs are asked with.
FILLER = frozenset(
    """a about all allowed am an and any are as at be been by can contain containing contains could data dataset
    datasets did do does each every find for from get give had has have having hold holding holds how i if in into is
    it its like looking many may me much my need now of on or our per please see should show tell table tables that the
    their them there these this those to want was we were what when where which who whose why will with would you
    your""".split()  # noqa: SIM905 - read by people
)
_BEFORE_OF = frozenset({"list", "lists", "number", "amount", "kind", "kinds"})
"""Filler too in "list of", "number of"."""


@dataclass(frozen=True)
class Unit:
    """A word that is looked for, and the words that the dictionary takes for it."""

    word: str
    variants: tuple[tuple[str, ...], ...] = ()
    is_unfinished: bool = False


def units(query: QueryText) -> tuple[Unit, ...]:
    """Return the words to be found, each once; filler alone when there is nothing else."""
    every = {unit.word: unit for unit in _all(without_filler(query))}
    return tuple(every.values())[:_MOST]


def without_filler(query: QueryText) -> QueryText:
    """Leave out the terms that any question has, where others remain; what was typed stays as it was."""
    alternatives = tuple(replace(each, terms=_told(each.terms)) for each in query.alternatives)
    return replace(query, alternatives=alternatives)


def _told(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    told = tuple(term for term, after in pairwise((*terms, None)) if term and not _is_filler(term, after))
    return told if any(not term.is_excluded for term in told) else terms


def _is_filler(term: Term, after: Term | None) -> bool:
    if term.is_excluded or term.is_quoted or term.parts or len(term.words) > 1:
        return False
    word = term.words[0].lower()
    return word in FILLER or (word in _BEFORE_OF and after is not None and after.words == ("of",))


def _all(query: QueryText) -> Iterator[Unit]:
    for term in query.terms:
        for leaf in () if term.is_excluded else term.leaves:
            variants = tuple(dict.fromkeys((*leaf.variants, *(term.variants if term.parts else ()))))
            is_unfinished = leaf is query.unfinished
            for place, word in enumerate(leaf.words, 1):
                yield Unit(word.lower(), variants, is_unfinished and place == len(leaf.words))


def keys(query: QueryText) -> list[str]:
    """Return the names that may be meant exactly: the text as it is, and without filler."""
    told = " ".join(unit.word for unit in units(query))
    return list(dict.fromkeys((query.key, told)))


def variant_keys(query: QueryText) -> list[str]:
    """Return the names that the dictionary takes for the text: one term's variants, or every word replaced."""
    wanted = without_filler(query).wanted
    if not wanted:
        return []
    if len(wanted) == 1:
        return [key(" ".join(variant)) for variant in wanted[0].variants]
    replaced = [" ".join(leaf.variants[0] if leaf.variants else leaf.words) for leaf in wanted]
    return [key(" ".join(replaced))]
