"""The pages for people who are not signed in yet keep the rules of every page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access.people.links import path_for
from access.people.models import User

CheckPage = Callable[[Page], None]
PHRASE = "a long enough phrase"


def test_sign_in_keeps_the_rules_and_says_what_is_wrong(page: Page, check_page: CheckPage, analyst: User) -> None:
    page.goto("/account/")
    check_page(page)
    page.get_by_label("E-mail address").fill(analyst.email)
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    check_page(page)


def test_first_visitor_is_welcomed(page: Page, check_page: CheckPage) -> None:
    page.goto("/")
    expect(page).to_have_url("/welcome/")
    check_page(page)


def test_invited_person_sets_a_password_and_is_in(page: Page, check_page: CheckPage, admin: User) -> None:
    invited = User.objects.create_user("new@atrium.example", None, name="New Comer", roles=["analyst"])
    link = path_for(invited)
    page.goto(link)
    check_page(page)
    page.locator("input[name=new_password1]").fill(PHRASE)
    page.locator("input[name=new_password2]").fill(PHRASE)
    page.get_by_role("button", name="Set it and sign in").click()
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url("/account/")
    page.context.clear_cookies()
    page.goto(link)
    check_page(page)
    assert page.locator("input[name=new_password1]").count() == 0
    invited.refresh_from_db()
    assert invited.check_password(PHRASE)


@pytest.mark.usefixtures("admin")
def test_odd_link_keeps_the_rules(page: Page, check_page: CheckPage) -> None:
    page.goto("/set-password/MQ/abc-123/")
    check_page(page)
