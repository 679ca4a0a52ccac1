"""Describing in place, by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access.people.models import User
from catalog.assets.models import Asset, Description
from tests.factories.catalog import make_asset

SignIn = Callable[[Page, User], None]


@pytest.fixture
def orders(db: None) -> Asset:
    return make_asset("orders", columns=["order_id", "amount"], comment="One row an order.")


def test_escape_gives_up_and_the_focus_returns(page: Page, sign_in: SignIn, steward: User, orders: Asset) -> None:
    sign_in(page, steward)
    page.goto(f"/assets/{orders.pk}/")
    edit = page.locator("#about").get_by_role("link", name="Describe it")
    edit.focus()
    page.keyboard.press("Enter")
    text = page.get_by_role("textbox", name="Description")
    expect(text).to_be_focused()
    page.keyboard.type("Half a thought")
    page.keyboard.press("Escape")
    expect(text).to_have_count(0)
    expect(edit).to_be_focused()
    assert not Description.objects.exists()


def test_a_text_is_previewed_and_saved_without_leaving(
    page: Page, sign_in: SignIn, steward: User, orders: Asset
) -> None:
    sign_in(page, steward)
    page.goto(f"/assets/{orders.pk}/")
    page.get_by_role("link", name="Describe it").click()
    page.get_by_role("textbox", name="Description").fill("Every **order**")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").locator("strong")).to_have_text("order")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#about .layer").first).to_contain_text("Written here by Stella Ward")
    expect(page.locator("#toasts")).to_contain_text("The description is saved.")
    expect(page.locator("#about").get_by_role("link", name="Edit")).to_be_focused()
    assert Description.objects.get().text == "Every **order**"


def test_a_column_is_described_in_its_row(page: Page, sign_in: SignIn, steward: User, orders: Asset) -> None:
    sign_in(page, steward)
    page.goto(f"/assets/{orders.pk}/columns/")
    page.get_by_role("link", name="Describe amount").click()
    page.get_by_role("textbox", name="Description of amount").fill("Gross, in EUR")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="amount")).to_contain_text("Gross, in EUR")
    expect(page.get_by_role("link", name="Describe amount")).to_be_focused()
    assert Description.objects.get().column_name == "amount"


def test_the_filter_narrows_the_columns_while_typing(page: Page, sign_in: SignIn, analyst: User) -> None:
    wide = make_asset(columns=[f"feature_{number:04}" for number in range(1600)])
    sign_in(page, analyst)
    page.goto(f"/assets/{wide.pk}/columns/")
    page.get_by_role("searchbox", name="Filter by name").fill("_1234")
    expect(page.locator(".table-bar").first).to_contain_text("1 row")
    expect(page.get_by_role("searchbox", name="Filter by name")).to_be_focused()
    assert page.url.endswith("?q=_1234")


def test_following_is_one_press(page: Page, sign_in: SignIn, analyst: User, orders: Asset) -> None:
    sign_in(page, analyst)
    page.goto(f"/assets/{orders.pk}/")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("button", name="Following")).to_be_focused()
    assert orders.follows.get().person == analyst
