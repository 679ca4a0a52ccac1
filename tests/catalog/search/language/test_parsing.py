"""What is typed is understood, whatever it is, and can be written again."""

from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.search.language import Comparison, Condition, Field, QueryText, understand
from catalog.search.language.conditions import CHOICES, EXAMPLES
from catalog.search.language.moments import dates_of, days_of


def words(query: QueryText) -> list[list[str]]:
    """Return the words of each alternative's terms, excluded ones with a sign."""
    return [
        [("-" if term.is_excluded else "") + " ".join(term.words) for term in each.terms] for each in query.alternatives
    ]


def conditions(text: str) -> list[str]:
    """Return the conditions of a query as they are written."""
    return [str(condition) for each in understand(text).alternatives for condition in each.conditions]


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("customer orders", [["customer", "orders"]]),
        ('"customer orders" -old', [["customer orders", "-old"]]),
        ("custAcctNo", [["cust Acct No"]]),
        ("orders OR invoices", [["orders"], ["invoices"]]),
        ("orders | invoices paid", [["orders"], ["invoices", "paid"]]),
        ("orders or", [["orders", "or"]]),
        ("OR orders", [["OR", "orders"]]),
        ('-"old orders" new', [["-old orders", "new"]]),
        ('"open end', [["open end"]]),
        ('a"b c"d', [["a", "b c", "d"]]),
        ("“curly quotes”", [["curly quotes"]]),
        ("http://example.org/a:b", [["http example org a b"]]),
        ("a:b foo:bar", [["a b", "foo bar"]]),
        ('"type:view"', [["type view"]]),
        ("surname:ana", [["surname ana"]]),
        ('- [ ] + & : / \\ " *', []),
        ("$$$ OR a", [["a"]]),
    ],
)
def test_words_phrases_exclusions_and_alternatives(text: str, understood: list[list[str]]) -> None:
    query = understand(text)
    assert words(query) == understood
    assert (query.has_conditions, query.problems) == (False, ())


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("owner:ana", Condition(Field.OWNER, ("ana",))),
        ("-owner:ana", Condition(Field.OWNER, ("ana",), is_excluded=True)),
        ('owner:"Ana Lima",bob', Condition(Field.OWNER, ("Ana Lima", "bob"))),
        ("Owner:me", Condition(Field.OWNER, ("me",))),
        ("type:table,view", Condition(Field.TYPE, ("table", "view"))),
        ("type:Views", Condition(Field.TYPE, ("view",))),
        ('type:"Materialized view"', Condition(Field.TYPE, ("materialized_view",))),
        ("type:mat", Condition(Field.TYPE, ("materialized_view",))),
        ("is:certified", Condition(Field.CERTIFICATION, ("certified",))),
        ("-is:deprecated", Condition(Field.CERTIFICATION, ("deprecated",), is_excluded=True)),
        ("sensitivity:none,public", Condition(Field.SENSITIVITY, ("none", "public"))),
        ("described:no", Condition(Field.DESCRIBED, ("no",))),
        ("updated:>2026-01-01", Condition(Field.UPDATED, ("2026-01-01",), Comparison.AFTER)),
        ("updated:<=2026-01", Condition(Field.UPDATED, ("2026-01",), Comparison.UNTIL)),
        ("updated:7d", Condition(Field.UPDATED, ("7d",))),
        ("history:>=5Y", Condition(Field.HISTORY, ("5y",), Comparison.FROM)),
        ("can:use", Condition(Field.USABLE, ("yes",))),
        ("usable:no", Condition(Field.USABLE, ("yes",), is_excluded=True)),
        ("schema:=sales", Condition(Field.SCHEMA, ("sales",), Comparison.EXACTLY)),
        ("domain:none", Condition(Field.DOMAIN, ("none",))),
    ],
)
def test_conditions(text: str, condition: Condition) -> None:
    query = understand(f"orders {text}")
    assert [each.conditions for each in query.alternatives] == [(condition,)]
    assert (words(query), query.problems) == ([["orders"]], ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("updated:>soon", "“soon” is nothing that “updated:” takes. Write updated:>=2026-01-31: a day"),
        ("updated:2026-02-30", "“2026-02-30” is nothing that “updated:” takes. Write updated:>=2026-01-31"),
        ("history:>=5", "“5” is nothing that “history:” takes. Write history:>=5y: a number of d, w, m or y"),
        ("type:", "Write a value right after “type:”, such as type:view."),
        ("type:cube", "“cube” is nothing that “type:” takes. Write type:table, "),
        ("described:maybe", "“maybe” is nothing that “described:” takes. Write described:yes or described:no."),
        ("owner:>ana", "“owner:” takes no “>”. Write owner:me."),
        ("is:fine", "“is:fine” is not known. Write is:certified, is:deprecated, is:described, is:usable."),
        ("column:$$", "“column:” takes words. Write column:customer_id."),
    ],
)
def test_what_is_not_understood_stays_out_and_is_told(text: str, problem: str) -> None:
    query = understand(f"orders {text}")
    assert (words(query), query.has_conditions) == ([["orders"]], False)
    assert [each[: len(problem)] for each in query.problems] == [problem]
    assert understand(text).asks_nothing is True


def test_good_values_beside_bad_ones_count() -> None:
    query = understand("type:view,cube")
    assert conditions("type:view,cube") == ["type:view"]
    assert len(query.problems) == 1


@pytest.mark.parametrize("field", Field)
def test_every_example_is_understood(field: Field) -> None:
    assert conditions(EXAMPLES[field]) == [EXAMPLES[field]]
    assert understand(EXAMPLES[field]).problems == ()


def test_choices_are_what_documents_hold() -> None:
    assert {field: "none" in choices for field, choices in CHOICES.items()} == {
        Field.TYPE: False,
        Field.CERTIFICATION: True,
        Field.SENSITIVITY: True,
        Field.DESCRIBED: False,
        Field.USABLE: False,
    }


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-01-31", (date(2026, 1, 31), date(2026, 2, 1))),
        ("2026-1-3", (date(2026, 1, 3), date(2026, 1, 4))),
        ("2026-12", (date(2026, 12, 1), date(2027, 1, 1))),
        ("2026-02", (date(2026, 2, 1), date(2026, 3, 1))),
        ("2026", (date(2026, 1, 1), date(2027, 1, 1))),
        ("2026-13", None),
        ("0001", None),
        ("2899-12-31", (date(2899, 12, 31), date(2900, 1, 1))),
    ],
)
def test_days_months_and_years(text: str, days: tuple[date, date] | None) -> None:
    assert dates_of(text) == days


@pytest.mark.parametrize(
    ("text", "days"), [("7d", 7), ("3w", 21), ("6m", 182), ("1y", 365), ("4 years", 1461), ("y", None), ("9999y", None)]
)
def test_spans(text: str, days: int | None) -> None:
    assert days_of(text) == days


PIECES = [
    "orders", "custAcctNo", "date of birth", "OR", "or", "|", "-", '"', " ", "  ", ",", ":", "=", ">", ">=", "<",
    "type:view", "-type:table,view", "owner:", 'owner:"Ana Lima"', "updated:>2026-01-01", "history:>=5y",
    "is:certified", "can:use", "column:=a", "name:x", "😀", "é", "½", "ﬁ", "\u0301", "שלום", "\u202e", "\0", "\u3000",
    "“", "$$$", "(", "*", "\\",
]  # fmt: skip
TEXTS = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=14
).map("".join)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
@example("a or")
@example("or type:view")
@example('owner:"=x"')
@example("type:view OR -b")
def test_a_query_can_be_written_again(text: str) -> None:
    query = understand(text)
    again = understand(str(query))
    assert (again.alternatives, again.problems) == (query.alternatives, ())
    assert str(again) == str(query)


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "a " * 5_000, '"a ' * 3_000, "- " * 5_000, "ä" * 10_000, "type:" * 2_000]
)
def test_long_texts_are_cut(text: str) -> None:
    query = understand(text)
    assert len(query.typed) <= 400
    assert len(query.wanted) <= 24
