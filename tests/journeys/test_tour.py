"""Every page of the tour keeps the rules in a real browser: accessible, narrow, light, usable by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from access.people.models import User
from tests.factories.company import Company
from tests.pages.conftest import company
from tests.pages.tour import STOPS, Stop

__all__ = ["company"]


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.key)
def test_page_keeps_the_rules(
    stop: Stop,
    page: Page,
    company: Company,
    sign_in: Callable[[Page, User], None],
    check_page: Callable[[Page], None],
) -> None:
    sign_in(page, company.people[stop.person])
    page.goto(stop.url(company))
    check_page(page)
