"""The words of a query that say what is looked for, one by one, without those that any question has."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.search.language import QueryText
from catalog.search.words import key

_MOST = 12
# Words around a question that say nothing of what is looked for. English stop words, and what catalogs are asked with.
FILLER = frozenset(
    """a about all allowed an and any are as at available be by can contain containing contains data dataset datasets
    did do does each every find for from get give had has have having hold holding holds how i in information into is it
    its list looking made make many may me much my need now number of on one or our per please right see show store
    stored stores table tables tell that the their them there these this those to use used using want was we were what
    when where which who whose why with you your""".split()  # noqa: SIM905 - read by people
)


@dataclass(frozen=True)
class Unit:
    """A word that is looked for, and the words that the dictionary takes for it."""

    word: str
    variants: tuple[tuple[str, ...], ...] = ()
    is_unfinished: bool = False


def units(query: QueryText) -> tuple[Unit, ...]:
    """Return the words to be found, each once; filler alone when there is nothing else."""
    every = list({unit.word: unit for unit in _all(query)}.values())
    told = [unit for unit in every if unit.word not in FILLER]
    return tuple((told or every)[:_MOST])


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
    wanted = query.wanted
    if not wanted:
        return []
    if len(wanted) == 1:
        return [key(" ".join(variant)) for variant in wanted[0].variants]
    replaced = [" ".join(leaf.variants[0] if leaf.variants else leaf.words) for leaf in wanted]
    return [key(" ".join(replaced))]
