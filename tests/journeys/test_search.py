"""Searching in a browser: while typing, by filters, by keyboard, on a phone, without scripts."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from access.people.models import User
from catalog.assets.models import Asset, Ownership
from tests.catalog.search.conftest import index_all
from tests.catalog.search.corpus import make_corpus
from tests.factories.catalog import make_domain
from tests.journeys import checks

SignIn = Callable[[Page, User], None]


@pytest.fixture
def search(page: Page, sign_in: SignIn, analyst: User, steward: User) -> Page:
    """The results page over the corpus, seen by an analyst."""
    make_corpus()
    domain = make_domain("Sales")
    Asset.objects.filter(name__contains="order").update(domain=domain, row_estimate=1_234_567)
    Asset.objects.filter(name="stg_orders_raw").update(kind="view")
    Ownership.objects.create(domain=domain, role="owner", person=steward)
    index_all()
    sign_in(page, analyst)
    page.goto("/search/")
    return page


def test_results_follow_the_typing_and_the_address_follows_the_results(search: Page) -> None:
    box = search.locator("#find")
    box.press_sequentially("glucose", delay=20)
    expect(search.locator("#results .found")).to_have_text("1 result")
    expect(search.locator("#live")).to_have_text("1 result")
    expect(search).to_have_url(re.compile(r"q=glucose"))
    expect(box).to_be_focused()
    expect(search.locator(".result h2")).to_contain_text("lab_results")
    expect(search.locator(".result code mark").first).to_have_text("glucose")


def test_filters_are_chosen_taken_back_and_undone(search: Page) -> None:
    search.goto("/search/?q=orders")
    view = search.get_by_role("checkbox", name=re.compile("^View"))
    view.check()
    expect(search.locator("#results .found")).to_have_text("1 result")
    expect(search).to_have_url(re.compile(r"type=view"))
    expect(search.locator("#type-view")).to_be_focused()
    expect(search.get_by_role("checkbox", name=re.compile("^Table"))).to_be_visible()
    search.get_by_role("checkbox", name=re.compile("^Table")).check()
    expect(search.get_by_role("link", name="Remove filter Type: Table")).to_be_visible()
    search.go_back()
    expect(search.locator("#results .found")).to_have_text("1 result")
    expect(search.get_by_role("checkbox", name=re.compile("^View"))).to_be_checked()
    expect(search.get_by_role("checkbox", name=re.compile("^Table"))).not_to_be_checked()
    search.get_by_role("link", name="Remove filter Type: View").click()
    expect(search).to_have_url(re.compile(r"\?q=orders&sort"))
    expect(search.get_by_role("checkbox", name=re.compile("^View"))).not_to_be_checked()


def test_sorting_keeps_the_rest(search: Page) -> None:
    search.goto("/search/?q=orders&type=table")
    search.get_by_label("Sort").select_option("Name")
    expect(search).to_have_url(re.compile(r"sort=name"))
    expect(search.locator(".result h2").first).to_contain_text("customer_orders")
    expect(search.get_by_role("checkbox", name=re.compile("^Table"))).to_be_checked()


def test_suggestions_by_keyboard(search: Page) -> None:
    box = search.get_by_role("combobox", name="Search tables, columns and people")
    box.press_sequentially("custo", delay=20)
    options = search.locator("#q-options")
    expect(options.get_by_role("group", name="Tables and views")).to_be_visible()
    expect(options.get_by_role("group", name="Columns")).to_be_visible()
    for _ in range(50):
        box.press("ArrowUp")
        if "customer_key" in (options.locator("[aria-selected=true]").text_content() or ""):
            break
    box.press("Enter")
    expect(search).to_have_url(re.compile(r"/columns/customer_key/"))
    expect(search.get_by_role("heading", level=1)).to_have_text("customer_key everywhere")
    expect(search.get_by_role("link", name=re.compile("dim_customer"))).to_be_visible()


def test_empty_field_offers_recent_searches(search: Page) -> None:
    search.goto("/search/?q=glucose")
    search.goto("/browse/")
    search.get_by_role("combobox", name="Search tables, columns and people").focus()
    recent = search.locator("#q-options").get_by_role("group", name="Recent searches")
    recent.get_by_role("option", name="glucose").click()
    expect(search).to_have_url(re.compile(r"/search/\?q=glucose"))


def test_suggestions_on_the_page_go_away_when_the_search_is_sent(search: Page) -> None:
    box = search.locator("#find")
    box.press_sequentially("custo", delay=20)
    expect(search.locator("#find-options").get_by_role("group", name="Columns")).to_be_visible()
    box.press("Enter")
    expect(search.locator("#find-options")).to_be_hidden()
    expect(search).to_have_url(re.compile(r"q=custo"))


def test_columns_stand_in_a_tab_of_their_own(search: Page) -> None:
    search.goto("/search/?q=customer")
    tabs = search.get_by_role("navigation", name="What is searched")
    columns = tabs.get_by_role("link", name=re.compile("Columns"))
    expect(columns.locator(".n")).to_have_text(re.compile("^[1-9]"))
    columns.click()
    expect(search).to_have_url(re.compile(r"kind=columns"))
    found = search.get_by_role("list", name="Columns found in dim_customer")
    found.get_by_role("link", name="customer_key").click()
    expect(search).to_have_url(re.compile(r"/assets/\d+/columns/\?q=customer_key"))


def test_filters_keep_the_tab(search: Page) -> None:
    search.goto("/search/?q=customer&kind=columns")
    search.get_by_role("checkbox", name=re.compile("^Table")).check()
    expect(search).to_have_url(re.compile(r"kind=columns"))
    expect(search.locator("#results .found")).to_contain_text("Columns in")


def test_search_by_fields_and_back(search: Page) -> None:
    search.goto("/search/?q=glucose")
    search.get_by_text("Search by fields").click()
    words = search.get_by_label("All of these words")
    expect(words).to_have_value("glucose")
    words.fill("orders")
    search.get_by_role("button", name="Search by these").click()
    expect(search).to_have_url(re.compile(r"/search/\?q=orders"))


def test_help_says_what_can_be_typed(search: Page) -> None:
    search.get_by_role("button", name="What can I type?").click()
    expect(search.get_by_text("these words together")).to_be_visible()
    search.keyboard.press("Escape")
    expect(search.locator("#query-help")).to_be_hidden()


def test_filters_on_a_phone_stand_behind_a_button(search: Page) -> None:
    search.set_viewport_size(checks.PHONE)
    search.goto("/search/?q=orders")
    view = search.get_by_role("checkbox", name=re.compile("^View"))
    expect(view).not_to_be_visible()
    search.get_by_role("button", name="Filters").click()
    view.check()
    expect(search.locator("#results .found")).to_have_text("1 result")
    expect(view).to_be_visible()
    search.get_by_role("button", name="Show results").click()
    expect(view).not_to_be_visible()


def test_everything_works_without_scripts(search: Page) -> None:
    browser = search.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False, storage_state=search.context.storage_state())
    plain = context.new_page()
    plain.goto(search.url)
    plain.locator("#find").fill("orders")
    plain.locator("#type-view").check()
    plain.get_by_role("button", name="Apply filters").click()
    assert "type=view" in plain.url
    assert "q=orders" in plain.url
    expect(plain.locator("#results .found")).to_have_text("1 result")
    context.close()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=customer",
        "q=customer&kind=columns",
        "q=orders&type=view&domain=none",
        "q=custmer",
        "q=zzzqqq",
        "q=orders+updated:whenever",
    ],
    ids=lambda query: query or "all",
)
def test_page_keeps_the_rules(query: str, search: Page, check_page: Callable[[Page], None]) -> None:
    search.goto(f"/search/?{query}")
    check_page(search)


def test_open_filters_on_a_phone_keep_the_rules(search: Page) -> None:
    search.set_viewport_size(checks.NARROWEST)
    search.goto("/search/?q=orders")
    search.get_by_role("button", name="Filters").click()
    expect(search.locator("#facets")).to_be_visible()
    assert search.evaluate(checks.TOO_WIDE) == []
    search.evaluate(AXE_SCRIPT)
    assert checks.axe(search) == []


@pytest.mark.parametrize(
    "address", ["/columns/", "/columns/customer_id/?sort=type", "/search/help/", "/search/fields/"]
)
def test_other_pages_keep_the_rules(address: str, search: Page, check_page: Callable[[Page], None]) -> None:
    search.goto(address)
    check_page(search)
