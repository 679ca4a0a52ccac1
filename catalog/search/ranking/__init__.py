"""What comes first.

A result stands in the highest tier it reaches: named exactly so, named so in another form, named so at the beginning,
all words in its name, the whole text a column's name, all words somewhere. Within a tier the text match decides, moved
by small signals that never lift a result over its tier.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.search.backend import Candidate, Question, Reason, Sort
from catalog.search.ranking.effect import in_effect
from catalog.search.ranking.features import Features, measured
from catalog.search.ranking.scoring import reasons, score
from catalog.search.ranking.trial import tried, trying
from catalog.search.ranking.weights import DEFAULTS, Weights
from catalog.search.ranking.wording import without_filler
from portal.kit.people import Person


@dataclass(frozen=True)
class Ranked:
    """A candidate in its place. Reasons are put into words when they are asked for: a page shows few of many."""

    asset_id: int
    score: float
    features: Features | None = None
    weights: Weights = DEFAULTS

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return what speaks for it and against it."""
        return reasons(self.features, self.weights) if self.features else ()


def rank(
    question: Question, person: Person, candidates: Sequence[Candidate], weights: Weights | None = None
) -> list[Ranked]:
    """Put candidates in order, best first; any other sort than by relevance stays as it is."""
    if question.sort != Sort.RELEVANCE or len(candidates) < 1 or question.offset:
        return [Ranked(candidate.asset_id, 0.0) for candidate in candidates]
    return ordered(measured(question, person, candidates), weights or tried() or in_effect())


def ordered(candidates: Sequence[Features], weights: Weights) -> list[Ranked]:
    """Put measured candidates in order, best first."""
    scored = [(score(features, weights), features) for features in candidates]
    scored.sort(key=lambda one: (-one[0], one[1].sort_key))
    return [Ranked(features.asset_id, points, features, weights) for points, features in scored]


__all__ = [
    "DEFAULTS",
    "Features",
    "Ranked",
    "Weights",
    "in_effect",
    "measured",
    "ordered",
    "rank",
    "trying",
    "without_filler",
]
