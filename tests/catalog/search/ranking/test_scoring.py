"""The order that features give: tiers hold whatever the signals say, and reasons add up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.ranking import DEFAULTS, Weights, ordered
from catalog.search.ranking.features import ColumnMatch, Features, NameMatch
from catalog.search.ranking.scoring import reasons, total
from catalog.search.ranking.weights import KNOBS, changes_of, problems, with_changes

SHARES = st.floats(0, 1)
KNOWN = st.builds(
    Features,
    asset_id=st.integers(1, 10**6),
    name=st.sampled_from(NameMatch),
    by_variant=st.booleans(),
    little_else=SHARES,
    column=st.sampled_from(ColumnMatch),
    words=st.just(3),
    words_in_name=st.integers(0, 3),
    words_in_description=st.integers(0, 3),
    words_in_columns=st.integers(0, 3),
    words_found=st.just(3),
    name_share=st.floats(0, 0.5),
    variant_share=st.floats(0, 0.5),
    column_share=SHARES,
    description_share=SHARES,
    text=SHARES,
    certification=st.sampled_from(["none", "certified", "candidate"]),
    popularity=st.integers(0, 10**6),
    days_since_update=st.floats(-10, 10_000),
    completeness=st.integers(0, 100),
    is_in_my_domain=st.booleans(),
    is_recently_used=st.booleans(),
)
ALLOWED = st.builds(
    Weights,
    **{knob.name: st.floats(knob.lowest, knob.highest) for knob in KNOBS},
).filter(lambda weights: not list(problems(weights)))


def tier_of(features: Features) -> int:
    if features.name:
        return features.name + 1
    return int(features.column == ColumnMatch.EXACT)


@given(KNOWN, KNOWN, ALLOWED)
def test_no_signal_lifts_a_result_over_a_tier(one: Features, other: Features, weights: Weights) -> None:
    higher, lower = sorted((one, other), key=tier_of, reverse=True)
    if tier_of(higher) > tier_of(lower):
        assert total(reasons(higher, weights)) > total(reasons(lower, weights))


@given(KNOWN, ALLOWED)
def test_deprecated_stands_lower_than_the_same_in_use(features: Features, weights: Weights) -> None:
    old = replace(features, certification="deprecated")
    assert total(reasons(old, weights)) <= total(reasons(features, weights))
    if features.name != NameMatch.EXACT:
        assert total(reasons(old, weights)) <= total(reasons(features, weights)) - weights.tier + 1e-9


@given(KNOWN)
def test_reasons_add_up_to_the_score_and_say_something(features: Features) -> None:
    [ranked] = ordered([features], DEFAULTS)
    assert ranked.score == sum(reason.points for reason in ranked.reasons)
    assert all(reason.words[0].isupper() or reason.words[0].isdigit() for reason in ranked.reasons)


def test_reasons_are_sentences_for_people() -> None:
    features = Features(
        1, words=3, words_found=3, words_in_columns=2, column_share=0.6, certification="certified",
        popularity=12, days_since_update=999,
    )  # fmt: skip
    assert [reason.words for reason in reasons(features, DEFAULTS)] == [
        "2 of your words are in its columns", "Certified by a steward", "12 people looked at it in 30 days",
    ]  # fmt: skip


def test_more_and_rarer_words_come_first_when_not_all_are_found() -> None:
    few, many = (Features(n, words=3, words_found=n, found_share=n / 3, is_loose=True) for n in (1, 2))
    assert [ranked.asset_id for ranked in ordered([few, many], DEFAULTS)] == [2, 1]


def test_defaults_are_allowed_and_changes_come_back() -> None:
    assert list(problems(DEFAULTS)) == []
    changed = replace(DEFAULTS, certified=0.3)
    assert changes_of(changed) == {"certified": 0.3}
    assert with_changes({"certified": 0.3, "gone_since": 5, "tier": 9}) == changed


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"certified": 0.6}, "certified"), ({"text": float("nan")}, "text"), ({"deprecated": 0.1}, "deprecated")],
)
def test_values_out_of_range_are_refused_by_name(changes: dict[str, float], field: str) -> None:
    assert field in [name for name, _ in problems(with_changes(changes))]


def test_weights_may_not_fill_a_tier_together() -> None:
    assert [name for name, _ in problems(with_changes({"text": 1.5, "little_else_in_name": 1.5}))] == [""]
