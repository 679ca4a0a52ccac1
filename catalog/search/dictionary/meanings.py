"""The dictionary, made ready for looking up.

A word finds what it means (cust: customer), what else is called so (customer: client), and every short form of
those (acct finds account and acc). A short form with two meanings finds both, but neither finds the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, islice, product

from catalog.search.words import words_of

Words = tuple[str, ...]
_MOST_OTHERS = 12
_MOST_VARIANTS = 24
_SHORTEST_JOINED = 4


class Dictionary:
    """What means the same. Pairs are (short, long); both sides of synonyms are alike."""

    def __init__(self, abbreviations: Iterable[tuple[str, str]] = (), synonyms: Iterable[tuple[str, str]] = ()) -> None:
        self._longs: defaultdict[Words, list[Words]] = defaultdict(list)
        self._shorts: defaultdict[Words, list[Words]] = defaultdict(list)
        self._same: defaultdict[Words, list[Words]] = defaultdict(list)
        for short, long in map(_pair, abbreviations):
            self._longs[short].append(long)
            self._shorts[long].append(short)
        for one, other in map(_pair, synonyms):
            self._same[one].append(other)
            self._same[other].append(one)
        self._keys = frozenset([*self._longs, *self._shorts, *self._same])

    @cached_property
    def longest(self) -> int:
        """Return of how many words the longest entry is; they may be written in the plural."""
        return max(map(len, self._keys), default=0)

    def others(self, words: Sequence[str]) -> tuple[Words, ...]:
        """Return what else may be written for all of these words together."""
        asked = tuple(word.lower() for word in words)
        key = self._known(asked)
        if not key:
            return ()
        meant = [key, *self._longs.get(key, ())]
        meant += [other for each in meant for other in self._same.get(each, ())]
        nearest = [*self._longs.get(key, ()), *self._shorts.get(key, ())]
        found = [*nearest, *meant, *(short for each in meant for short in self._shorts.get(each, ()))]
        return tuple(each for each in dict.fromkeys(found) if each not in (asked, key))[:_MOST_OTHERS]

    def variants(self, words: Sequence[str]) -> tuple[Words, ...]:
        """Return what else may be written for words that belong together: also word by word, and joined."""
        asked = tuple(word.lower() for word in words)
        if len(asked) < 2:
            return self.others(asked)
        joined = "".join(asked)
        together = [(joined,)] if len(joined) >= _SHORTEST_JOINED and not joined.isdecimal() else []
        found = dict.fromkeys([*self.others(asked), *together, *islice(self._combined(asked), 2 * _MOST_VARIANTS)])
        return tuple(each for each in found if each != asked)[:_MOST_VARIANTS]

    def _combined(self, words: Words) -> Iterator[Words]:
        """Give the words with one or more of their pieces written otherwise, all of them in the likeliest way first."""
        pieces = [(piece, *self.others(piece)) for piece in self._pieces(words)]
        if len(pieces) > 1:
            likely = ([piece[min(rank, len(piece) - 1)] for piece in pieces] for rank in (1, 2))
            for choice in chain(likely, product(*pieces)):
                yield tuple(word for piece in choice for word in piece)

    def _pieces(self, words: Words) -> Iterator[Words]:
        place = 0
        while place < len(words):
            end = min(len(words), place + max(1, self.longest))
            while end > place + 1 and not self._known(words[place:end]):
                end -= 1
            yield words[place:end]
            place = end

    def _known(self, words: Words) -> Words:
        """Return the entry for these words, which may be in the plural; empty when there is none."""
        if words in self._keys:
            return words
        last = words[-1] if words else ""
        singulars = [last.removesuffix("s"), last.removesuffix("es"), last.removesuffix("ies") + "y"]
        if len(last) <= 3 or last.endswith("ss") or not last.endswith("s"):
            return ()
        return next((key for one in singulars if one != last and (key := (*words[:-1], one)) in self._keys), ())


def form_of(text: str) -> Words:
    """Return a text as the dictionary compares it: its words in lower case."""
    return tuple(word.lower() for word in words_of(text))


def _pair(pair: tuple[str, str]) -> tuple[Words, Words]:
    return form_of(pair[0]), form_of(pair[1])
