"""The gallery in a browser: the look of every component, and what the scripts do."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access.people.models import User
from portal.kit.notify import notify

SignIn = Callable[[Page, User], None]


@pytest.fixture
def gallery(page: Page, sign_in: SignIn, admin: User) -> Page:
    """The gallery, seen by an administrator."""
    sign_in(page, admin)
    page.goto("/ui/")
    return page


@pytest.mark.parametrize("part", ["marks", "lists&kind=table", "texts"])
def test_every_component_keeps_the_rules(part: str, gallery: Page, check_page: Callable[[Page], None]) -> None:
    gallery.goto(f"/ui/?part={part}")
    check_page(gallery)


def test_notifications_keep_the_rules(gallery: Page, check_page: Callable[[Page], None], admin: User) -> None:
    for number in range(30):
        notify([admin.pk], kind="sample", key=str(number), text=f"Column {number} was added to orders", url="/ui/")
    gallery.goto("/notifications/")
    check_page(gallery)


@pytest.mark.parametrize("path", ["/nothing/here/", "/nothing/here/?as=nobody"])
def test_an_error_page_keeps_the_rules(path: str, gallery: Page, check_page: Callable[[Page], None]) -> None:
    if "nobody" in path:
        gallery.context.clear_cookies()
    gallery.goto(path)
    check_page(gallery)


def test_theme_is_remembered_without_a_flash(gallery: Page) -> None:
    toggle = gallery.get_by_role("button", name="Theme: system")
    toggle.click()
    gallery.get_by_role("button", name="Theme: light").click()
    expect(gallery.locator("html")).to_have_attribute("data-theme", "dark")
    gallery.goto("/notifications/")
    expect(gallery.locator("html")).to_have_attribute("data-theme", "dark")
    gallery.get_by_role("button", name="Theme: dark").click()
    assert gallery.locator("html").get_attribute("data-theme") is None


def test_palette_finds_a_page_and_gives_focus_back(gallery: Page) -> None:
    opener = gallery.get_by_role("button", name="Open a dialog")
    opener.focus()
    gallery.keyboard.press("Control+k")
    box = gallery.get_by_role("combobox", name="Page, table or action")
    expect(box).to_be_focused()
    gallery.keyboard.press("Escape")
    expect(opener).to_be_focused()
    gallery.keyboard.press("Control+k")
    box.fill("compon")
    expect(gallery.locator("#palette-options [role=option]").first).to_contain_text("Components")
    expect(box).to_have_attribute("aria-activedescendant", re.compile("palette-options-"))


def test_palette_shows_recent_places_first(gallery: Page) -> None:
    gallery.goto("/notifications/")
    gallery.keyboard.press("Control+k")
    expect(gallery.locator("#palette-options [role=group]").first).to_contain_text("Recent")
    gallery.keyboard.press("Enter")
    gallery.wait_for_url("**/ui/*")


def test_single_keys_work_and_can_be_switched_off(gallery: Page) -> None:
    gallery.keyboard.press("?")
    dialog = gallery.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    dialog.get_by_role("checkbox").uncheck()
    gallery.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    gallery.keyboard.press("?")
    expect(dialog).to_be_hidden()
    gallery.keyboard.press("g")
    gallery.keyboard.press("n")
    assert gallery.url.endswith("/ui/")
    gallery.evaluate("localStorage.removeItem('single-keys')")
    gallery.keyboard.press("g")
    gallery.keyboard.press("n")
    gallery.wait_for_url("**/notifications/")


def test_suggestions_are_chosen_by_keyboard(gallery: Page) -> None:
    gallery.goto("/ui/?part=lists")
    box = gallery.get_by_role("combobox", name="Owner, with suggestions")
    box.press_sequentially("ana")
    expect(gallery.get_by_role("option", name="Ana Ruiz")).to_be_visible()
    gallery.keyboard.press("ArrowDown")
    gallery.keyboard.press("Enter")
    expect(box).to_have_value("Ana Ruiz")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_table_sorts_in_place_and_says_so(gallery: Page) -> None:
    gallery.goto("/ui/?part=lists")
    gallery.get_by_role("link", name="Rows", exact=True).click()
    expect(gallery.get_by_role("columnheader", name="Rows")).to_have_attribute("aria-sort", "ascending")
    expect(gallery.locator("#live")).to_contain_text("sorted by rows_count")
    assert "sort=rows_count" in gallery.url
    gallery.go_back()
    expect(gallery.get_by_role("columnheader", name="Rows")).to_have_attribute("aria-sort", "none")
    expect(gallery.get_by_role("heading", level=1)).to_contain_text("Components")


def test_running_job_asks_until_it_is_finished(gallery: Page) -> None:
    expect(gallery.locator("#job-1")).to_have_count(0, timeout=10_000)
    expect(gallery.locator(".job[hx-trigger]")).to_have_count(0, timeout=10_000)


def test_toast_can_be_dismissed(gallery: Page) -> None:
    gallery.goto("/ui/?toast=1")
    toast = gallery.locator("#toasts .toast")
    expect(toast).to_contain_text("The description was saved.")
    toast.get_by_role("button", name="Dismiss").click()
    expect(toast).to_have_count(0)


def test_phone_menu_opens_and_gives_focus_back(gallery: Page) -> None:
    gallery.set_viewport_size({"width": 390, "height": 844})
    menu = gallery.get_by_role("button", name="Menu", exact=True)
    link = gallery.get_by_role("navigation", name="Main").get_by_role("link", name="Components")
    expect(link).to_be_hidden()
    menu.click()
    expect(link).to_be_visible()
    gallery.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(menu).to_be_focused()


def test_an_error_of_htmx_is_said_in_the_page(gallery: Page) -> None:
    gallery.goto("/ui/?part=lists")
    gallery.route("**/ui/suggest/**", lambda route: route.fulfill(status=503, body="<html>no</html>"))
    gallery.get_by_role("combobox", name="Owner, with suggestions").press_sequentially("ana")
    expect(gallery.locator("#alerts")).to_contain_text("Something went wrong on our side")


def test_a_page_works_without_scripts(gallery: Page, sign_in: SignIn, admin: User) -> None:
    browser = gallery.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, base_url=gallery.url)
    plain = context.new_page()
    sign_in(plain, admin)
    plain.goto("/ui/?part=lists&sort=-rows_count&per_page=50")
    assert plain.locator("tbody tr").count() >= 50
    plain.get_by_role("link", name="Rows", exact=True).click()
    expect(plain.get_by_role("columnheader", name="Rows")).to_have_attribute("aria-sort", "ascending")
    context.close()
