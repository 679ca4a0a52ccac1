"""The form says what the query says, and the other way round."""

from collections import Counter

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from catalog.search.builder import PREFIX, BuilderForm, compose, of, read
from catalog.search.language import QueryText, understand
from tests.catalog.search.language.test_parsing import TEXTS


def said(query: QueryText) -> Counter[str]:
    """Return what is asked for, in any order, words known together one by one."""
    return Counter(
        " & ".join(
            sorted(
                [str(leaf) for term in each.terms for leaf in term.leaves]
                + [str(condition) for condition in each.conditions]
            )
        )
        for each in query.alternatives
    )


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {}),
        ("customer orders", {"words": "customer orders"}),
        ('"date of birth" customer -old', {"words": "customer", "phrase": "date of birth", "without": "old"}),
        ("a x OR a y OR a z", {"words": "a", "any": "x y z"}),
        ('owner:"Ana Lima",me type:view', {"owner": "Ana Lima, me", "type": "view"}),
        ("updated:>=2026-01-31 history:>=5y can:use", {"updated": "2026-01-31", "history": "5", "usable": "yes"}),
        (
            "updated:7d -type:view type:view,table schema:x column:=id",
            {"more": "updated:7d -type:view type:view,table schema:x column:=id"},
        ),
        ("a OR b type:view", None),
        ("a b OR c d", None),
        ('"a b" "c d"', {"phrase": "a b", "words": '"c d"'}),
    ],
)
def test_fields_of_a_query(text: str, fields: dict[str, str] | None) -> None:
    assert read(text) == fields


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
@example("or a")
@example("--orders")
@example('"a" a OR "a" b')
def test_a_query_survives_the_form(text: str) -> None:
    fields = read(text)
    assume(fields is not None)
    assert said(understand(compose(fields or {}))) == said(understand(text))


FIELDS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("words", "phrase", "any", "without", "name", "column", "owner", "source", "more"), TEXTS)
    | {
        "type": st.sampled_from(["table", "view"]),
        "sensitivity": st.sampled_from(["none", "internal"]),
        "updated": st.dates().filter(lambda day: 1900 <= day.year < 2900).map(str),
        "history": st.integers(1, 100).map(str),
        "described": st.sampled_from(["yes", "no"]),
        "usable": st.just("yes"),
    },
)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FIELDS)
def test_fields_survive_the_query(values: dict[str, str]) -> None:
    text = compose(values)
    assume(len(text) < 300 and len(text.split()) < 20)
    fields = read(text)
    assume(fields is not None)
    assert said(understand(compose(fields or {}))) == said(understand(text))


def test_form_keeps_what_else_is_chosen() -> None:
    builder = of("orders -old", QueryDict("q=orders+-old&type=view&type=table&page=3&sort=name"))
    assert builder.kept == (("type", "view"), ("type", "table"), ("sort", "name"))
    assert (builder.form.initial, builder.is_filled, builder.is_whole) == (
        {"words": "orders", "without": "old"},
        True,
        True,
    )
    assert of("a b OR c d", QueryDict()).is_whole is False


def test_form_has_a_field_for_each_value() -> None:
    assert PREFIX not in BuilderForm.base_fields
    assert set(BuilderForm.base_fields) == {
        "words", "phrase", "any", "without", "name", "column", "owner", "type", "source", "sensitivity", "updated",
        "history", "described", "usable", "more",
    }  # fmt: skip
