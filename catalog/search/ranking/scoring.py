"""A result's score, as the sum of reasons, each in words for people."""

from collections.abc import Iterator
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
    return tuple(reason for part in (_match, _signals) for reason in part(features, weights) if reason.points)


def total(parts: tuple[Reason, ...]) -> float:
    """Return the score."""
    return sum(reason.points for reason in parts)


def _match(features: Features, weights: Weights) -> Iterator[Reason]:
    if features.is_loose:
        found = f"{_words(features.words_found, features.words)} found in it"
        yield Reason("found", found, weights.words_found * features.found_share)
    yield _tier(features, weights.tier)
    if features.name:
        share = features.little_else * (weights.variant if features.by_variant else 1.0)
        yield Reason("little_else", "There is little else in its name", weights.little_else_in_name * share)
    else:
        some = _words(features.words_in_name, features.words)
        share = features.name_share + weights.variant * features.variant_share
        yield Reason("some_in_name", f"{some} in its name", weights.some_words_in_name * share)
    if features.column == ColumnMatch.WORDS and features.words > 1:
        yield Reason("column_words", "A column's name has all your words", weights.words_in_one_column)
    columns = f"{_words(features.words_in_columns, features.words)} in its columns"
    yield Reason("columns", columns, weights.words_in_columns * features.column_share)
    described = f"{_words(features.words_in_description, features.words)} in its description or path"
    yield Reason("description", described, weights.words_in_description * features.description_share)
    yield Reason("text", "Your words are in its texts", weights.text * features.text)


def _tier(features: Features, tier: float) -> Reason:
    if features.is_loose and features.words_in_name < features.words_found:
        return Reason("name", "", 0.0)
    if features.name:
        tiers, words = _NAMES[features.name]
        return Reason("name", f"{words}, or another word for it" if features.by_variant else words, tiers * tier)
    is_column = features.column == ColumnMatch.EXACT
    return Reason("column", "A column is named exactly what you typed", tier if is_column else 0.0)


def _words(number: int, of: int) -> str:
    """Say how many of the words are somewhere: "2 of your words are", "Your word is"."""
    if number == of:
        return "Your word is" if of == 1 else "All your words are"
    return "1 of your words is" if number == 1 else f"{number} of your words are"


def _signals(features: Features, weights: Weights) -> Iterator[Reason]:
    if features.certification == "certified":
        yield Reason("certified", "Certified by a steward", weights.certified)
    if features.certification == "deprecated":
        lower = 0.0 if features.name == NameMatch.EXACT else -weights.tier
        yield Reason("deprecated", "Deprecated: something else is to be used", weights.deprecated + lower)
    people = min(1.0, log(1 + features.popularity) / log(1 + weights.popular_people))
    looked = "1 person looked" if features.popularity == 1 else f"{features.popularity} people looked"
    yield Reason("popular", f"{looked} at it in 30 days", weights.popular * people)
    fresh = max(0.0, 1 - max(0, int(features.days_since_update)) / _YEAR)  # whole days: no tie is broken by seconds
    yield Reason("fresh", "Changed within the last year", weights.fresh * fresh)
    described = f"Described to {features.completeness} %"
    yield Reason("complete", described, weights.complete * features.completeness / 100)
    yield Reason("my_domain", "In a domain of yours", weights.my_domain * features.is_in_my_domain)
    used = weights.recently_used * features.is_recently_used
    yield Reason("recently_used", "You looked at it in the last 30 days", used)
