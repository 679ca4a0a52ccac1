"""Keeping a search, and the noting of what is opened, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access.people.models import User
from catalog.search.models import AskedQuery, OpenedResult, SavedSearch
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset

SignIn = Callable[[Page, User], None]


def _wait_for_click(page: Page) -> tuple[str, int]:
    """Return name and place of the one result that was opened, as soon as it is noted."""
    for _ in range(50):
        rows = list(OpenedResult.objects.values_list("asset__name", "place"))
        if rows:
            ((name, place),) = rows
            return name, place
        page.wait_for_timeout(100)
    raise AssertionError("The click was not noted.")


@pytest.mark.django_db(transaction=True)
def test_a_click_in_results_that_were_swapped_in_is_noted(page: Page, sign_in: SignIn, analyst: User) -> None:
    for name in ("orders", "orders_archive", "bills"):
        make_asset(name)
    index_all()
    sign_in(page, analyst)
    page.goto("/search/?q=bills")
    page.locator("#find").fill("orders")
    expect(page.get_by_role("link", name="orders_archive", exact=True)).to_be_visible()
    page.get_by_role("link", name="orders_archive", exact=True).click()
    page.wait_for_url("**/assets/*/")
    assert "?" not in page.url
    assert _wait_for_click(page) == ("orders_archive", 2)
    assert OpenedResult.objects.get().asked == AskedQuery.objects.get(key="orders")


@pytest.mark.django_db(transaction=True)
def test_a_search_is_kept_and_its_deletion_undone(page: Page, sign_in: SignIn, analyst: User) -> None:
    make_asset("orders")
    index_all()
    sign_in(page, analyst)
    page.goto("/search/?q=orders")
    page.get_by_role("link", name="Save search").click()
    page.get_by_label("Name").fill("My orders")
    page.get_by_label("Once a week").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/search/?q=orders")
    assert SavedSearch.objects.get().tells == "weekly"
    page.goto("/search/saved/")
    page.get_by_role("button", name="Delete My orders").click()
    expect(page.get_by_text("“My orders” is deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="My orders", exact=True)).to_be_visible()
    page.get_by_role("link", name="My orders", exact=True).click()
    page.wait_for_url("**/search/?q=orders")
