"""Keeping the dictionary, and searching by fields, in a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from access.people.models import User
from catalog.search.dictionary.actions import add_defaults
from catalog.search.models import Equivalence
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset

SignIn = Callable[[Page, User], None]
Check = Callable[[Page], None]
pytestmark = pytest.mark.django_db(transaction=True)


def test_an_entry_acts_is_removed_and_put_back(page: Page, sign_in: SignIn, check_page: Check, steward: User) -> None:
    make_asset("xyz_orders")
    index_all()
    sign_in(page, steward)
    page.goto("/search/dictionary/new/")
    page.get_by_role("textbox", name="Short form").fill("xyz")
    page.get_by_label("What it stands for").fill("exotic yellow zebra")
    page.get_by_role("button", name="Add the entry").click()
    expect(page.get_by_text("xyz = exotic yellow zebra is in the dictionary")).to_be_visible()
    page.goto("/search/?q=exotic+yellow+zebra")
    expect(page.get_by_role("link", name="xyz_orders", exact=True)).to_be_visible()
    page.goto("/search/dictionary/?query=exotic+yellow+zebra+-old")
    expect(page.get_by_text("must not be there")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="xyz", exact=True).click()
    check_page(page)
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("xyz = exotic yellow zebra is back")).to_be_visible()
    assert Equivalence.objects.count() == 1


def test_the_list_narrows_while_typing(page: Page, sign_in: SignIn, analyst: User) -> None:
    add_defaults()
    sign_in(page, analyst)
    page.goto("/search/dictionary/")
    page.get_by_label("Word").fill("telephone")
    expect(page.get_by_role("region", name="Dictionary of search").locator("tbody tr")).to_have_count(2)
    expect(page).to_have_url("/search/dictionary/?q=telephone&kind=")


def test_a_file_with_a_wrong_line_adds_nothing(
    page: Page, sign_in: SignIn, check_page: Check, steward: User, tmp_path: Path
) -> None:
    file = tmp_path / "words.csv"
    file.write_text("short,long\ncust,customer\nx,x\n")
    sign_in(page, steward)
    page.goto("/search/dictionary/import/")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("1 to add, 0 here already, 1 wrong.")).to_be_visible()
    check_page(page)
    file.write_text("short,long\ncust,customer\n")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("1 entry added.")).to_be_visible()
    assert str(Equivalence.objects.get()) == "cust = customer"


def test_fields_make_a_query_and_are_filled_from_it(
    page: Page, sign_in: SignIn, check_page: Check, analyst: User
) -> None:
    make_asset("customer_orders", kind="view")
    make_asset("customer_orders_old", kind="view")
    index_all()
    sign_in(page, analyst)
    page.goto("/search/fields/?q=customer+type:view&domain=none")
    expect(page.get_by_label("All of these words")).to_have_value("customer")
    check_page(page)
    page.get_by_label("None of these words").fill("old")
    page.get_by_role("button", name="Search by these").click()
    expect(page).to_have_url("/search/?q=customer+-old+type%3Aview&domain=none")
    expect(page.get_by_role("link", name="customer_orders", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="customer_orders_old", exact=True)).to_have_count(0)
