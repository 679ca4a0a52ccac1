"""What the bench asks: 200 queries of four kinds, beginnings of words, choices in facets. The same every time."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.bench.search.vocabulary import words

EACH = 50
COMMONEST, MID, RARE = 40, slice(500, 3_000), slice(10_000, 20_000)
KINDS = ("common", "two common", "mid", "rare")
_CHOICES: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {"kind": ("view",)},
    {"certification": ("certified",)},
    {"kind": ("table", "view"), "sensitivity": ("internal",)},
    {"certification": ("certified", "none"), "updated": ("90",)},
)


@dataclass(frozen=True)
class Asked:
    """A query and its kind."""

    kind: str
    text: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def queries(each: int = EACH) -> list[Asked]:
    """Return so many of each kind, and half as many with choices in facets."""
    choice, known = random.Random(41), words()
    common = known[:COMMONEST]
    asked = [Asked("common", common[n % COMMONEST]) for n in range(each)]
    asked += [Asked("two common", " ".join(choice.sample(common, 2))) for _ in range(each)]
    asked += [Asked("mid", word) for word in choice.sample(known[MID], each)]
    asked += [Asked("rare", word) for word in choice.sample(known[RARE], each)]
    asked += [Asked("chosen", common[n], _CHOICES[n % len(_CHOICES)]) for n in range(each // 2)]
    return asked


def beginnings(number: int = 2 * EACH) -> list[str]:
    """Return what people have typed so far: two to four letters of words as often as they occur."""
    choice, known = random.Random(43), words()
    drawn = choice.choices(known, weights=[1 / rank for rank in range(1, len(known) + 1)], k=number)
    return [word[: 2 + n % 3] for n, word in enumerate(drawn)]
