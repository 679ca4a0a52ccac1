"""Bringing a warehouse in, by keyboard where it matters: engine, connection, schedule, next password, run."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from access.people.models import User
from catalog.harvest.models import Run, SchemaResult
from catalog.sources.credentials import decrypt
from catalog.sources.models import Source
from portal.kit.models import JobLine, JobRun
from tests.catalog.sources.warehouse import READER_PASSWORD, Warehouse, standing
from tests.factories.catalog import make_schema, make_source

SignIn = Callable[[Page, User], None]
CheckPage = Callable[[Page], None]


@pytest.fixture
def warehouse(db: None) -> Iterator[Warehouse]:
    with standing() as house:
        yield house


def test_a_warehouse_is_added_from_the_gallery(
    page: Page, sign_in: SignIn, engineer: User, warehouse: Warehouse
) -> None:
    sign_in(page, engineer)
    page.goto("/sources/")
    page.get_by_role("link", name="Add a source").first.click()
    page.get_by_role("searchbox", name="Find an engine").press_sequentially("postgre")
    expect(page.locator("#engines").get_by_role("link", name="SQLite")).to_have_count(0)
    page.locator("#engines").get_by_role("link", name="PostgreSQL", exact=True).press("Enter")
    page.get_by_label("Name").fill("Company")
    page.get_by_label("Host").fill(warehouse.host)
    page.get_by_label("Port").fill(str(warehouse.port))
    page.get_by_label("Database", exact=True).fill(warehouse.database)
    page.get_by_label("User", exact=True).fill(warehouse.reader)
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#report")).to_contain_text("wrong password")
    page.get_by_label("Password", exact=True).fill(READER_PASSWORD)
    page.get_by_role("button", name="Test the connection").press("Enter")
    expect(page.locator("#report")).to_contain_text("The connection works")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Company")
    expect(page.locator("main")).to_contain_text("Never harvested")
    page.get_by_role("button", name="Inspect now").click()
    expect(page.locator("#capabilities")).to_contain_text("wal_level is")
    assert decrypt(Source.objects.get().password_encrypted) == READER_PASSWORD


def test_a_schedule_shows_its_next_times_before_it_is_saved(page: Page, sign_in: SignIn, engineer: User) -> None:
    source = make_source("Company")
    sign_in(page, engineer)
    page.goto(f"/sources/{source.pk}/")
    page.get_by_role("link", name="Change", exact=True).first.click()
    page.get_by_label("At times of a cron line").check()
    page.get_by_label("Cron line", exact=False).last.fill("30 2 * * 1-5")
    page.get_by_label("Time zone").fill("Europe/Nowhere")
    page.get_by_role("button", name="Show the next times").click()
    expect(page.locator("#times")).to_contain_text("There is no such time zone")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_role("button", name="Show the next times").click()
    expect(page.locator("#times li")).to_have_count(5)
    expect(page.locator("#times li").first).to_contain_text("02:30 CET")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Harvested at 30 2 * * 1-5 (Europe/Berlin).")
    assert Source.objects.get().harvest_time_zone == "Europe/Berlin"


def test_the_next_password_is_kept_and_tested(
    page: Page, sign_in: SignIn, engineer: User, warehouse: Warehouse, check_page: CheckPage
) -> None:
    source = warehouse.source()
    source.save()
    sign_in(page, engineer)
    page.goto(f"/sources/{source.pk}/")
    page.get_by_role("link", name="Change the password").click()
    page.get_by_label("Next password").fill("the next one")
    page.get_by_role("button", name="Keep it").press("Enter")
    expect(page.locator("main")).to_contain_text("waiting: it takes over")
    check_page(page)
    page.get_by_role("button", name="Test now").click()
    expect(page.locator("#tried")).to_contain_text("The present password works")
    expect(page.locator("#tried")).to_contain_text("The next password does not work yet")
    page.get_by_role("button", name="Withdraw the next one").click()
    expect(page.locator("#toasts")).to_contain_text("withdrawn")
    assert Source.objects.get().next_password_encrypted == ""


@pytest.fixture
def running(db: None) -> Run:
    """A run in the middle of applying, with a schema that failed."""
    now = timezone.now()
    source = make_source("Company")
    make_schema("sales", source=source)
    job = JobRun.objects.create(
        kind="harvest", subject="Company", task="harvest.run", state="running", done=12, total=40,
        started_at=now - timedelta(minutes=3), message="Applying what has changed",
    )  # fmt: skip
    began = {"connecting": 180, "reading": 178, "comparing": 60, "applying": 40}
    run = Run.objects.create(
        source=source, job=job, trigger="schedule", phase="applying", relations_read=48_211, bytes_read=92_000_000,
        phases=[[name, (now - timedelta(seconds=ago)).isoformat()] for name, ago in began.items()],
    )  # fmt: skip
    SchemaResult.objects.create(run=run, schema_name="sales", state="running")
    SchemaResult.objects.create(run=run, schema_name="raw", state="failed", error_message="A lock did not go away.")
    JobLine.objects.create(run=job, level="info", text="It has begun.")
    JobLine.objects.create(run=job, level="warning", text="Two views are broken.")
    return run


def test_a_run_is_followed_while_it_works(
    page: Page, sign_in: SignIn, engineer: User, running: Run, check_page: CheckPage
) -> None:
    sign_in(page, engineer)
    page.goto(f"/harvest/runs/{running.pk}/")
    check_page(page)
    page.reload()
    expect(page.get_by_role("list", name="Phases").get_by_role("listitem").last).to_contain_text("Applying")
    expect(page.get_by_role("row", name="raw")).to_contain_text("A lock did not go away.")
    page.get_by_role("link", name="Warnings").press("Enter")
    expect(page.locator("#log")).not_to_contain_text("It has begun.")
    JobRun.objects.filter(pk=running.job_id).update(state="succeeded", finished_at=timezone.now())
    expect(page.get_by_role("button", name="Harvest again")).to_be_visible()
    expect(page.locator("#log")).not_to_contain_text("It has begun.")
    expect(page.locator("#log")).to_contain_text("Two views are broken.")


def test_sources_are_looked_through_by_health(
    page: Page, sign_in: SignIn, engineer: User, check_page: CheckPage
) -> None:
    make_source("Lab", is_enabled=False)
    make_source("Ledger", harvest_cron="30 2 * * 1-5")
    sign_in(page, engineer)
    page.goto("/sources/")
    page.get_by_role("navigation", name="Health").get_by_role("link", name="Paused").press("Enter")
    expect(page.get_by_role("row", name="Lab")).to_be_visible()
    expect(page.get_by_role("row", name="Ledger")).to_have_count(0)
    check_page(page)
