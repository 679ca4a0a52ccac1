"""Reviewing what harvests change: approving a held run, accepting a rename, undoing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access.people.models import User
from catalog.assets.models import Asset
from catalog.harvest.models import Run
from tests.factories.changesets import make_offer, make_plan
from tests.factories.company import Company
from tests.pages.conftest import company

SignIn = Callable[[Page, User], None]
__all__ = ["company"]


@pytest.fixture
def at_review(page: Page, sign_in: SignIn, company: Company) -> Page:
    """The steward, on the list of what waits."""
    make_offer(company)
    make_plan(company, Run.Outcome.HELD)
    sign_in(page, company.people["steward"])
    page.goto("/harvest/reviews/")
    return page


def test_a_held_run_is_looked_at_and_approved(at_review: Page, company: Company) -> None:
    page = at_review
    page.locator("#waiting").get_by_role("link", name="Company warehouse, run").click()
    page.get_by_role("link", name="See what would change").click()
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(5)
    expect(table).to_contain_text("sales.orders_000")
    expect(table).not_to_contain_text("patients")
    page.get_by_label("Kind").select_option("removed")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(table.get_by_role("row")).to_have_count(3)
    page.get_by_role("textbox", name="Why").fill("The old shop is closed.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#toasts")).to_contain_text("Approved.")
    run = Run.objects.get(trigger="approval")
    assert run.about
    assert (run.about.outcome, run.about.reason) == ("approved", "The old shop is closed.")


def test_a_rename_is_accepted_and_links_lead_on(at_review: Page, company: Company) -> None:
    page, old = at_review, Asset.objects.get(name="was_called")
    page.get_by_role("link", name="Decide about").click()
    expect(page.get_by_role("row", name="Descriptions")).to_contain_text("1")
    page.get_by_role("button", name="Yes, it is the same").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("renamed")
    expect(page.locator("#about")).to_contain_text("What people know about it")
    assert page.url.endswith(f"/assets/{old.pk}/")


def test_a_run_is_undone_with_a_reason(page: Page, sign_in: SignIn, company: Company) -> None:
    Run.objects.filter(pk=company.run.pk).update(has_journal=True, outcome=Run.Outcome.APPLIED)
    sign_in(page, company.people["steward"])
    page.goto(f"/harvest/runs/{company.run.pk}/")
    page.get_by_role("link", name="Undo this run").click()
    page.get_by_role("textbox", name="Reason").fill("It was the wrong database.")
    page.get_by_role("button", name="Undo this run").click()
    expect(page.locator("#toasts")).to_contain_text("is being undone")
    assert Run.objects.get(kind="undo").reason == "It was the wrong database."
