"""Results say where they matched, and never as markup."""

import pytest

from access.people.models import User
from catalog.search.backend import Hit
from catalog.search.presenters import marked
from tests.catalog.search.conftest import ask, index_all
from tests.factories.catalog import make_asset


def only_hit(person: User, text: str) -> Hit:
    (hit,) = ask(person, text).hits
    return hit


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("order 2", "my_<mark>order</mark><mark>2</mark>"),
        ("orders", "my_<mark>order</mark>2"),
        ("ord", "my_<mark>order</mark>2"),
        ("paid", "my_order2"),
    ],
)
def test_words_of_the_name_are_marked(analyst: User, text: str, name: str) -> None:
    make_asset("my_order2", comment="What was paid.")
    index_all()
    assert marked(only_hit(analyst, text).name) == name


def test_description_is_marked_and_escaped(analyst: User) -> None:
    make_asset(
        "bills", comment='<b onclick="x()">Paid</b> bills & [receipts](https://example.org/) \ue000of\ue001 **clients**'
    )
    index_all()
    assert marked(only_hit(analyst, "receipt").description) == (
        "&lt;b onclick=&quot;x()&quot; Paid&lt;/b bills &amp; <mark>receipts</mark> of clients"
    )


def test_long_description_shows_the_place_of_the_match(analyst: User) -> None:
    make_asset("bills", comment=f"{'Something else entirely. ' * 40}Here is the receipt. {'And on it goes. ' * 40}")
    index_all()
    text = marked(only_hit(analyst, "receipts").description)
    assert "<mark>receipt</mark>" in text
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert len(text) < 400


def test_matching_columns_are_named(analyst: User) -> None:
    make_asset("bills", columns=["id", "custAcctNo", "vat_amount", "paid_amount"])
    index_all()
    assert [marked(column.name) for column in only_hit(analyst, "amount").columns] == [
        "vat_<mark>amount</mark>",
        "paid_<mark>amount</mark>",
    ]
    (account,) = only_hit(analyst, "acct no").columns
    assert marked(account.name) == "cust<mark>Acct</mark><mark>No</mark>"
    assert only_hit(analyst, "bills").columns == ()
