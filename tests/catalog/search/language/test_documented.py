"""What the documentation says can be typed is understood and answered."""

import re
from pathlib import Path

import pytest

from access.people.models import User
from catalog.search.dictionary.actions import add_defaults
from catalog.search.language import Field, understand
from catalog.search.language.conditions import CHOICES
from tests.catalog.search.conftest import ask, index_all, names
from tests.factories.catalog import make_asset

PAGE = (Path(__file__).parents[4] / "docs" / "search-language.md").read_text()
_ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
WORDS, CONDITIONS, DICTIONARY = (
    [text.replace("\\|", "|") for text in _ROW.findall(part)]
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
)


@pytest.mark.parametrize("text", WORDS + CONDITIONS)
def test_every_example_is_understood_and_answered(text: str, analyst: User) -> None:
    query = understand(text)
    assert (query.problems, bool(query.alternatives)) == ((), True)
    assert query.has_conditions is (text in CONDITIONS or "type:" in text)
    assert ask(analyst, text).total == 0


def test_the_page_names_every_field_and_choice() -> None:
    assert {field for field in Field if any(f"{field}:" in text for text in CONDITIONS)} == set(Field)
    for field in (Field.TYPE, Field.SENSITIVITY):
        assert all(f"`{choice}`" in PAGE or choice in " ".join(CONDITIONS) for choice in CHOICES[field])


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("customer account number", "custAcctNo"),
        ("customer account number", "cust_acct_num"),
        ("cust acct no", "customer_account_number"),
        ("date of birth", "dob"),
        ("date of birth", "birthday"),
        ("dob", "date_of_birth"),
        ("acct", "acc"),
        ("customers", "cust"),
    ],
)
@pytest.mark.parametrize("where", ["name", "column"])
def test_short_forms_find_and_are_found(text: str, column: str, where: str, analyst: User) -> None:
    add_defaults()
    if where == "name":
        make_asset(column)
    else:
        make_asset("things", columns=["x", column])
    make_asset("other", columns=["y"])
    index_all()
    found = [column if where == "name" else "things"]
    assert names(ask(analyst, text)) == found
    assert names(ask(analyst, f'column:"{text}"')) == ([] if where == "name" else found)
    assert names(ask(analyst, f'name:"{text}"')) == (found if where == "name" else [])


def test_dictionary_examples_are_those_tested() -> None:
    assert DICTIONARY == ["customer account number", "cust acct no", "date of birth", "dob"]
