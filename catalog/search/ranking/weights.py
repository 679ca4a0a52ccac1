"""How much each signal counts: the one place. docs/ranking.md explains the formula.

A result's score is the points of the tier it reaches, and what is added within a tier. Tiers are TIER apart; all that
is added within one is less than that at the highest, so that no signal lifts a result over a tier.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

TIER = 5.0
"""Points from one tier to the next: text, column, all words in the name, beginning, same words, exact name."""
FIXED = ("tier",)
"""What nobody may change: a benchmark alone does."""


@dataclass(frozen=True)
class Weights:
    """Points of each signal at its full strength; `KNOBS` says what each means and how far it may go."""

    little_else_in_name: float = 1.0
    some_words_in_name: float = 1.0
    words_in_one_column: float = 0.7
    words_in_description: float = 0.5
    words_in_columns: float = 0.35
    text: float = 0.6
    words_found: float = 8.0
    variant: float = 0.9
    deprecated: float = -0.4
    certified: float = 0.15
    popular: float = 0.2
    popular_people: float = 30.0
    fresh: float = 0.05
    complete: float = 0.05
    my_domain: float = 0.1
    recently_used: float = 0.15
    tier: float = TIER

    @property
    def within(self) -> float:
        """Return the most that can be added within a tier."""
        in_name = max(self.little_else_in_name, self.some_words_in_name)  # where all, or not all, words are in the name
        match = in_name + self.words_in_one_column + self.words_in_description + self.words_in_columns + self.text
        asset = self.certified + self.popular + self.fresh + self.complete
        return match + asset + self.my_domain + self.recently_used


@dataclass(frozen=True)
class Knob:
    """A weight as an administrator meets it."""

    name: str
    label: str
    help: str
    unit: str
    lowest: float
    highest: float
    is_signal: bool = True
    """It says something of the asset rather than of the match."""

    @property
    def default(self) -> float:
        """Return what it is as long as nobody changes it."""
        return float(getattr(DEFAULTS, self.name))


DEFAULTS = Weights()
_POINTS = "points"
KNOBS = (
    Knob("little_else_in_name", "Little else in the name",
         'How much a short name gains: "customer" means customers rather than customer_address_history.',
         _POINTS, 0, 1.5, False),
    Knob("some_words_in_name", "Some words in the name",
         "For a result whose name holds some of the words and whose columns or texts hold the others.",
         _POINTS, 0, 1.5, False),
    Knob("words_in_one_column", "Words in one column's name",
         "For a table with a column whose name holds all words, among others.", _POINTS, 0, 1, False),
    Knob("words_in_description", "Words in the description", "For words in its description or path.",
         _POINTS, 0, 1, False),
    Knob("words_in_columns", "Words in columns", "For words in names and descriptions of columns.",
         _POINTS, 0, 1, False),
    Knob("text", "Text", "How well name, description and columns match as a text, by the search engine's own measure.",
         _POINTS, 0, 1.5, False),
    Knob("words_found", "Words found", "When not every word can be found: how much the share that is found counts.",
         _POINTS, 4, 12, False),
    Knob("variant", "Other words for it",
         "What a word of the dictionary counts in a name, against the word that was typed.", "share", 0.1, 1, False),
    Knob("deprecated", "Deprecated", "Taken off, besides standing a tier lower.", _POINTS, -1, 0),
    Knob("certified", "Certified", "For what a steward vouches for.", _POINTS, 0, 0.5),
    Knob("popular", "Used by many", "Reached at the number of people below; grows with its logarithm.",
         _POINTS, 0, 0.5),
    Knob("popular_people", "People that make it popular", "Who looked at it within 30 days.", "people", 1, 1000),
    Knob("fresh", "Recently changed", "For what changed today; falls to nothing within a year.", _POINTS, 0, 0.5),
    Knob("complete", "Well described", "For what has a description, described columns, an owner and a domain.",
         _POINTS, 0, 0.5),
    Knob("my_domain", "In my domain", "For what is in a domain that the searcher answers for or was admitted to.",
         _POINTS, 0, 0.5),
    Knob("recently_used", "Used by me", "For what the searcher looked at within 30 days.", _POINTS, 0, 0.5),
)  # fmt: skip


def with_changes(changes: Mapping[str, Any]) -> Weights:
    """Return the defaults with some changed; names that are no more are passed over."""
    known = {field.name for field in fields(Weights)} - set(FIXED)
    return Weights(**{name: float(value) for name, value in changes.items() if name in known})


def changes_of(weights: Weights) -> dict[str, float]:
    """Return the weights that differ from the default."""
    return {name: value for name, value in asdict(weights).items() if value != getattr(DEFAULTS, name)}


def problems(weights: Weights) -> Iterator[tuple[str, str]]:
    """Give what is wrong with weights: the weight's name, empty for all together, and a sentence."""
    for knob in KNOBS:
        value = getattr(weights, knob.name)
        if not knob.lowest <= value <= knob.highest:  # NaN is neither
            yield knob.name, f"Give a number from {knob.lowest:g} to {knob.highest:g}."
    if not weights.within < TIER:
        yield (
            "",
            (
                f"What is added within a tier may be less than {TIER:g} points together, so that no signal lifts a "
                f"result over a better match; these are {weights.within:.2f}. Lower some."
            ),
        )
