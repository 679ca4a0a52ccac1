"""A result's score, as the sum of reasons."""

from collections.abc import Iterator
from math import log

from catalog.search.backend import Reason
from catalog.search.ranking.features import Features, NameMatch
from catalog.search.ranking.weights import Weights

_YEAR = 365


def reasons(features: Features, weights: Weights) -> tuple[Reason, ...]:
    """Return what speaks for a result and against it; signals that are nothing are left out."""
    return tuple(reason for reason in _all(features, weights) if reason.points)


def total(parts: tuple[Reason, ...]) -> float:
    """Return the score."""
    return sum(reason.points for reason in parts)


def _all(features: Features, weights: Weights) -> Iterator[Reason]:
    share = weights.little_else_in_name * features.share
    tier = {
        NameMatch.EXACT: ("named exactly so", weights.exact_name),
        NameMatch.BEGINNING: ("its name begins so", weights.name_prefix + share),
        NameMatch.WORDS: ("all words are in its name", weights.words_in_name + share),
        NameMatch.NONE: ("a column is named so", weights.column_name if features.has_column else 0.0),
    }[features.name]
    yield Reason("name", *tier)
    yield Reason("text", "the words are in its texts", weights.text * features.text)
    if features.certification == "certified":
        yield Reason("certified", "certified", weights.certified)
    if features.certification == "deprecated":
        lower = 0.0 if features.name == NameMatch.EXACT else weights.deprecated_tier
        yield Reason("deprecated", "deprecated", weights.deprecated + lower)
    people = min(1.0, log(1 + features.popularity) / log(1 + weights.popular_people))
    yield Reason("popular", f"{features.popularity} people looked at it in 30 days", weights.popular * people)
    fresh = max(0.0, 1 - max(0.0, features.days_since_update) / _YEAR)
    yield Reason("fresh", "recently updated", weights.fresh * fresh)
    yield Reason("complete", "well documented", weights.complete * features.completeness / 100)
    yield Reason("my_domain", "in a domain of yours", weights.my_domain * features.is_in_my_domain)
    yield Reason("recently_used", "you used it lately", weights.recently_used * features.is_recently_used)
