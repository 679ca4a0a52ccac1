"""A result's score, as the sum of reasons, each in words for people."""

from math import log

from catalog.search.backend import Reason
from catalog.search.ranking.features import ColumnMatch, Features, NameMatch
from catalog.search.ranking.weights import Weights

_YEAR = 365
_NAMES = {
    NameMatch.EXACT: (5, "Its name is exactly what you typed"),
    NameMatch.SAME: (4, "Its name is what you typed in another form"),
    NameMatch.BEGINNING: (3, "Its name begins with what you typed"),
    NameMatch.WORDS: (2, "All your words are in its name"),
}


def reasons(features: Features, weights: Weights) -> tuple[Reason, ...]:
    """Return what speaks for a result and against it; signals that are nothing are left out."""
    return tuple(Reason(signal, _words_of(signal, features), points) for signal, points in parts(features, weights))


def total(reasons: tuple[Reason, ...]) -> float:
    """Return the score."""
    return sum(reason.points for reason in reasons)


def score(features: Features, weights: Weights) -> float:
    """Return the score without saying why."""
    return sum(points for _, points in parts(features, weights))


def parts(features: Features, weights: Weights) -> list[tuple[str, float]]:
    """Return the points of each signal that is not nothing."""
    return [part for part in (*_match(features, weights), *_signals(features, weights)) if part[1]]


def _match(features: Features, weights: Weights) -> tuple[tuple[str, float], ...]:
    column = weights.words_in_one_column if features.column == ColumnMatch.WORDS and features.words > 1 else 0.0
    variant = weights.variant if features.by_variant else 1.0
    in_name = features.name_share + weights.variant * features.variant_share
    return (
        ("found", weights.words_found * features.found_share if features.is_loose else 0.0),
        _tier(features, weights.tier),
        ("little_else", weights.little_else_in_name * features.little_else * variant)
        if features.name
        else ("some_in_name", weights.some_words_in_name * in_name),
        ("column_words", column),
        ("columns", weights.words_in_columns * features.column_share),
        ("description", weights.words_in_description * features.description_share),
        ("text", weights.text * features.text),
    )


def _tier(features: Features, tier: float) -> tuple[str, float]:
    if features.is_loose and features.words_in_name < features.words_found:
        return "name", 0.0
    if features.name:
        return "name", _NAMES[features.name][0] * tier
    return "column", tier if features.column == ColumnMatch.EXACT else 0.0


def _signals(features: Features, weights: Weights) -> tuple[tuple[str, float], ...]:
    old = 0.0
    if features.certification == "deprecated":
        old = weights.deprecated - (0.0 if features.name == NameMatch.EXACT else weights.tier)
    people = min(1.0, log(1 + features.popularity) / log(1 + weights.popular_people)) if features.popularity else 0.0
    # Whole days, so that no tie is broken by seconds.
    fresh = max(0.0, 1 - max(0, int(features.days_since_update)) / _YEAR)
    return (
        ("certified", weights.certified if features.certification == "certified" else 0.0),
        ("deprecated", old),
        ("popular", weights.popular * people),
        ("fresh", weights.fresh * fresh),
        ("complete", weights.complete * features.completeness / 100),
        ("my_domain", weights.my_domain if features.is_in_my_domain else 0.0),
        ("recently_used", weights.recently_used if features.is_recently_used else 0.0),
    )


_SENTENCES = {
    "little_else": "There is little else in its name",
    "column": "A column is named exactly what you typed",
    "column_words": "A column's name has all your words",
    "text": "Your words are in its texts",
    "certified": "Certified by a steward",
    "deprecated": "Deprecated: something else is to be used",
    "fresh": "Changed within the last year",
    "my_domain": "In a domain of yours",
    "recently_used": "You looked at it in the last 30 days",
}


def _words_of(signal: str, features: Features) -> str:
    if signal == "name":
        words = _NAMES[features.name][1]
        return f"{words}, or another word for it" if features.by_variant else words
    if signal == "popular":
        looked = "1 person looked" if features.popularity == 1 else f"{features.popularity} people looked"
        return f"{looked} at it in 30 days"
    if signal == "complete":
        return f"Described to {features.completeness} %"
    numbers = {
        "found": (features.words_found, "found in it"),
        "some_in_name": (features.words_in_name, "in its name"),
        "columns": (features.words_in_columns, "in its columns"),
        "description": (features.words_in_description, "in its description or path"),
    }
    if signal in numbers:
        number, where = numbers[signal]
        return f"{_words(number, features.words)} {where}"
    return _SENTENCES[signal]


def _words(number: int, of: int) -> str:
    """Say how many of the words are somewhere: "2 of your words are", "Your word is"."""
    if number == of:
        return "Your word is" if of == 1 else "All your words are"
    return "1 of your words is" if number == 1 else f"{number} of your words are"
