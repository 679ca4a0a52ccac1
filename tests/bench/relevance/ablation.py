"""What each signal adds: the ranking without it, and with it alone over the text."""

from collections.abc import Iterator
from dataclasses import fields, replace

from catalog.search.ranking import DEFAULTS, Weights

SIGNALS = {
    "tiers of the name": ("tier",),
    "little else in the name": ("little_else_in_name",),
    "some words in the name": ("some_words_in_name",),
    "words in one column": ("words_in_one_column",),
    "words in the description": ("words_in_description",),
    "words in columns": ("words_in_columns",),
    "text": ("text",),
    "words found": ("words_found",),
    "deprecated": ("deprecated",),
    "certified": ("certified",),
    "popular": ("popular",),
    "fresh": ("fresh",),
    "complete": ("complete",),
    "my domain": ("my_domain",),
    "used by me": ("recently_used",),
}
_NOTHING = Weights(**{each.name: 0.0 for each in fields(Weights)})
TEXT_ALONE = replace(_NOTHING, text=DEFAULTS.text, popular_people=DEFAULTS.popular_people)


def without() -> Iterator[tuple[str, Weights]]:
    """Give the default weights without each signal."""
    for signal, names in SIGNALS.items():
        yield signal, replace(DEFAULTS, **dict.fromkeys(names, 0.0))


def alone() -> Iterator[tuple[str, Weights]]:
    """Give each signal alone, over the text."""
    for signal, names in SIGNALS.items():
        yield signal, replace(TEXT_ALONE, **{name: getattr(DEFAULTS, name) for name in names})
