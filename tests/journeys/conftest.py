"""Chromium and a served portal for journeys.

def test_reader_finds_a_table(page, sign_in, check_page, analyst):
    sign_in(page, analyst)
    page.goto("/search/?q=orders")
    check_page(page)
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from access.people.models import User
from tests.journeys import checks
from tests.journeys.server import LivePortal

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("journey")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is not installed (apt-get install chromium, or set CHROMIUM to its path)."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    # Playwright's loop runs in this thread, which Django would take for an asynchronous context.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()
        connections.close_all()  # those of the loop's context; the run ends with others
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def portal(django_db_setup: None) -> Iterator[LivePortal]:
    """The served portal; it sees what the test has written."""
    live = LivePortal()
    live.start()
    yield live
    live.stop()


@pytest.fixture
def page(browser: Browser, portal: LivePortal, db: None) -> Iterator[Page]:
    """A fresh page, nobody signed in. Fails when a script or the server fails, or the security policy is broken."""
    context = browser.new_context(base_url=portal.url, reduced_motion="reduce", viewport=checks.DESKTOP)
    context.set_default_timeout(8_000)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
    )
    opened.on("response", lambda answer: complaints.append(f"500: {answer.url}") if answer.status == 500 else None)
    with portal.sharing():
        yield opened
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in(portal: LivePortal) -> Callable[[Page, User], None]:
    """Sign the person in without the form."""

    def sign_in(page: Page, person: User) -> None:
        client = Client()
        client.force_login(person, backend="access.people.backends.RoleBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": portal.url}])

    return sign_in


@pytest.fixture(scope="session")
def check_page() -> Callable[[Page], None]:
    """Hold a page against everything that every page must be; see checks.py."""
    return checks.check_page
