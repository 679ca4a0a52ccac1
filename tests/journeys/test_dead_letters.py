"""Failed work in a browser: found, edited, sent again; discarded and taken up again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from access.people.models import User
from catalog.harvest.models import Run
from portal.kit.models import DeadLetter
from tests.factories.company import Company
from tests.factories.letters import make_letter
from tests.pages.conftest import company

SignIn = Callable[[Page, User], None]
__all__ = ["company"]


def test_failed_harvest_is_edited_and_sent_again(page: Page, sign_in: SignIn, company: Company) -> None:
    letter = make_letter(company.source)
    sign_in(page, company.people["engineer"])
    page.goto("/dead-letters/")
    page.get_by_role("link", name="Harvest of Company warehouse").click()
    payload = page.get_by_label("What to do")
    payload.fill(payload.input_value().replace("null", '["sales"'))
    page.locator("#edit_reason").fill("Only sales is affected")
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_text("This is no JSON").first).to_be_visible()
    payload.fill(payload.input_value().replace('["sales"', '["sales"]'))
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_role("heading", name="As it was before it was edited")).to_be_visible()

    page.locator("#id_reason").fill("The server is back")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Replayed")
    run = Run.objects.get(trigger="replay")
    letter.refresh_from_db()
    assert (run.only_schemas, letter.state, letter.reason) == (["sales"], "replayed", "The server is back")


def test_discarded_work_is_taken_up_again(page: Page, sign_in: SignIn, company: Company) -> None:
    make_letter(company.source)
    sign_in(page, company.people["engineer"])
    page.goto("/dead-letters/?topic=harvest.run")
    page.get_by_label("Reason").fill("The source is being retired")
    page.get_by_role("button", name="Discard all").click()
    expect(page.get_by_text("1 discarded.")).to_be_visible()
    page.get_by_label("State").select_option("discarded")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Harvest of Company warehouse").click()
    page.get_by_label("Reason").fill("It is not")
    page.get_by_role("button", name="Take it up again").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Open")
    assert DeadLetter.objects.get().state == "open"
