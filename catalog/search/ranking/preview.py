"""What other weights would change in the answers to real queries, as the person who looks may see them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from catalog.assets.models import Asset
from catalog.search import engines
from catalog.search.backend import RANKED_AT_MOST, Question
from catalog.search.language import understand
from catalog.search.language.resolving import resolve
from catalog.search.ranking import Ranked, Weights, measured, ordered, without_filler
from catalog.search.ranking.queries import opened
from catalog.search.rights import rights_of
from portal.kit.people import Person

SHOWN = 10
_AT_MOST = 60


@dataclass(frozen=True)
class Place:
    """An asset among the first ten; places are from 1, None outside of what is ranked."""

    asset_id: int
    name: str
    path: str
    place: int
    other: int | None
    was_opened: bool = False

    @property
    def move(self) -> int:
        """Return by how many places it goes up (or down, when negative); from outside it comes from behind the ten."""
        return (self.other or SHOWN + 1) - self.place

    @property
    def fall(self) -> int:
        """Return by how many places it goes down."""
        return -self.move


@dataclass(frozen=True)
class Compared:
    """A query's first ten, before and after."""

    text: str
    before: tuple[Place, ...]
    after: tuple[Place, ...]

    @property
    def is_changed(self) -> bool:
        """Say whether any of the first ten changes."""
        return [one.asset_id for one in self.before] != [one.asset_id for one in self.after]

    @property
    def rows(self) -> list[tuple[Place | None, Place | None]]:
        """Return both orders side by side."""
        number = max(len(self.before), len(self.after))
        pad = [None] * number
        return list(zip([*self.before, *pad][:number], [*self.after, *pad][:number], strict=True))


@dataclass(frozen=True)
class Preview:
    """All queries compared. Mean places are of what people opened, None when nobody opened anything found."""

    compared: tuple[Compared, ...]
    opened_before: float | None = None
    opened_after: float | None = None

    @property
    def changed(self) -> list[Compared]:
        """Return the queries whose first ten change."""
        return [one for one in self.compared if one.is_changed]

    @property
    def note(self) -> str:
        """Say of how many queries."""
        return f"of {len(self.compared)} that find anything"

    @property
    def opened_after_text(self) -> str:
        """Return the mean place with the other weights."""
        return f"{self.opened_after:.2f}"

    @property
    def opened_before_text(self) -> str:
        """Say what it is now."""
        return f"now {self.opened_before:.2f}"


def preview(person: Person, texts: Iterable[str], before: Weights, after: Weights) -> Preview:
    """Compare two weightings on queries; those that find nothing are left out."""
    wanted = list(dict.fromkeys(texts))[:_AT_MOST]
    by_text = opened(wanted)
    ranked = {text: pair for text in wanted if (pair := _ranked(person, text, before, after))}
    assets = _shown(person, ranked.values())
    places = [_opened_places(pair, by_text.get(text, [])) for text, pair in ranked.items()]
    olds, news = ([place for pair in places for place in pair[n]] for n in (0, 1))
    return Preview(
        tuple(_compared(text, pair, assets, set(by_text.get(text, ()))) for text, pair in ranked.items()),
        mean(olds) if olds else None,
        mean(news) if news else None,
    )


def _ranked(person: Person, text: str, before: Weights, after: Weights) -> tuple[list[Ranked], list[Ranked]] | None:
    """Ask once, measure once, order twice."""
    query = without_filler(understand(text))
    question = Question(rights_of(person), query, resolve(query, person), limit=RANKED_AT_MOST)
    found, _, _ = engines.find(question)
    if not found.matched and len(query.wanted) > 1:
        question = replace(question, is_loose=True)
        found, _, _ = engines.find(question)
    if not found.candidates:
        return None
    features = measured(question, person, found.candidates)
    return ordered(features, before), ordered(features, after)


def _shown(person: Person, pairs: Iterable[tuple[list[Ranked], list[Ranked]]]) -> dict[int, Asset]:
    ids = {one.asset_id for pair in pairs for ranked in pair for one in ranked[:SHOWN]}
    return Asset.objects.visible_to(person).only("name", "path").in_bulk(list(ids))


def _compared(
    text: str, pair: tuple[list[Ranked], list[Ranked]], assets: dict[int, Asset], opened_ids: set[int]
) -> Compared:
    old, new = (_places(ranked) for ranked in pair)
    before = _first_ten(pair[0], new, assets, opened_ids)
    return Compared(text, tuple(before), tuple(_first_ten(pair[1], old, assets, opened_ids)))


def _first_ten(
    ranked: Sequence[Ranked], others: dict[int, int], assets: dict[int, Asset], opened_ids: set[int]
) -> Iterator[Place]:
    for place, one in enumerate(ranked[:SHOWN], 1):
        if asset := assets.get(one.asset_id):
            yield Place(asset.pk, asset.name, asset.path, place, others.get(asset.pk), asset.pk in opened_ids)


def _places(ranked: Sequence[Ranked]) -> dict[int, int]:
    return {one.asset_id: place for place, one in enumerate(ranked, 1)}


def _opened_places(pair: tuple[list[Ranked], list[Ranked]], assets: Sequence[int]) -> tuple[list[int], list[int]]:
    old, new = (_places(ranked) for ranked in pair)
    known = [asset for asset in assets if asset in old and asset in new]
    return [old[asset] for asset in known], [new[asset] for asset in known]
