"""The history of weights, for its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.search.models import Weighting
from catalog.search.ranking.queries import Change, changes


@dataclass(frozen=True)
class Entry:
    """A weighting, and how it differs from the defaults."""

    weighting: Weighting
    changes: list[Change]
    is_in_effect: bool


def entries(weightings: Iterable[Weighting]) -> list[Entry]:
    """Return the history, newest first; the first is in effect."""
    return [Entry(each, changes(each), place == 0) for place, each in enumerate(weightings)]
