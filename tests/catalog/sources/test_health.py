"""Health: the worst word, every reason, in few queries, and nothing of harvests to those who may not see runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from access.people.models import User
from catalog.harvest.models import Run
from catalog.sources.health import Health, Word, standings
from catalog.sources.models import ServerReport, Source
from catalog.sources.overview import overview
from portal.kit import clock
from portal.kit.models import JobRun
from tests.factories.catalog import make_asset, make_schema, make_source

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def make_run(source: Source, state: str = "succeeded", *, ago: timedelta = timedelta(hours=1), **facts: Any) -> Run:
    """Store a run that ended so long ago."""
    job = JobRun.objects.create(
        kind="harvest", subject=source.name, task="harvest.run", state=state, finished_at=NOW - ago,
        error_message=facts.pop("error", ""),
    )  # fmt: skip
    return Run.objects.create(source=source, job=job, trigger="schedule", **facts)


def health_of(person: User, source: Source) -> Health:
    return standings(person, [source])[source.pk].health


def words(person: User, source: Source) -> list[Word]:
    return [reason.word for reason in health_of(person, source).reasons]


def test_a_source_that_was_harvested_is_fine(engineer: User) -> None:
    source = make_source()
    make_run(source)
    assert health_of(engineer, source).word == Word.FINE
    assert health_of(engineer, source).reasons == ()


def test_without_a_harvest_it_says_so(engineer: User) -> None:
    source = make_source()
    for state in ("running", "queued"):
        make_run(source, state)
    assert words(engineer, source) == [Word.NEVER]


def test_the_last_failure_counts_until_a_harvest_works(engineer: User) -> None:
    source = make_source()
    make_run(source)
    failed = make_run(source, "failed", error="The host is gone.")
    make_run(source, "running")
    reason = health_of(engineer, source).reasons[0]
    assert (reason.word, reason.text) == (Word.FAILING, "The last harvest failed: The host is gone.")
    assert reason.url == f"/harvest/runs/{failed.pk}/"
    make_run(source)
    assert words(engineer, source) == []


def test_a_held_run_waits_for_review_and_is_no_success(engineer: User) -> None:
    source = make_source()
    held = make_run(source, outcome=Run.Outcome.HELD)
    assert words(engineer, source) == [Word.REVIEW, Word.NEVER]
    assert health_of(engineer, source).reasons[0].url == f"/harvest/runs/{held.pk}/"


@pytest.mark.parametrize(
    ("facts", "hours", "is_late"),
    [
        ({"harvest_every_minutes": 60}, 1, False),  # due now: it has half an hour
        ({"harvest_every_minutes": 60}, 2, True),
        ({"harvest_cron": "0 2 * * *"}, 5, False),  # harvested at 7, due at 2 next night
        ({"harvest_cron": "0 2 * * *"}, 11, True),  # harvested at 1, due at 2
        ({"harvest_cron": "0 2 * * *", "harvest_time_zone": "Pacific/Auckland"}, 2, False),  # due at 13 UTC
        ({}, 1000, False),  # by hand
        ({"harvest_every_minutes": 60, "is_enabled": False}, 1000, False),
    ],
)
def test_late_is_what_was_due_and_did_not_come(
    engineer: User, facts: dict[str, Any], hours: int, is_late: bool
) -> None:
    source = make_source(**facts)
    make_run(source, ago=timedelta(hours=hours))
    assert (Word.LATE in words(engineer, source)) == is_late


@pytest.mark.parametrize(("days", "is_told"), [(31, False), (29, True), (-1, True)])
def test_a_secret_that_ends_soon_is_told_from_either_side(engineer: User, days: int, is_told: bool) -> None:
    said = make_source(secret_expires_on=(NOW + timedelta(days=days)).date())
    told = make_source()
    ends = (NOW + timedelta(days=days)).isoformat()
    ServerReport.objects.create(source=told, capabilities={"password_expires_at": ends}, inspected_at=NOW)
    for source in (said, told):
        make_run(source)
        assert words(engineer, source) == ([Word.EXPIRING] if is_told else [])


def test_a_certificate_that_ends_soon_is_told(engineer: User) -> None:
    source = make_source()
    make_run(source)
    ServerReport.objects.create(
        source=source, tls={"expires_at": (NOW + timedelta(days=9, hours=1)).isoformat()}, inspected_at=NOW
    )
    assert health_of(engineer, source).reasons[0].text == "The server's certificate expires in 9 days."


def test_the_worst_word_wins_but_a_pause_explains_the_rest(engineer: User) -> None:
    source = make_source(is_enabled=False)
    make_run(source, "failed")
    assert health_of(engineer, source).word == Word.PAUSED
    Source.objects.update(is_enabled=True)
    assert health_of(engineer, Source.objects.get()).word == Word.FAILING


def test_who_may_not_see_runs_hears_nothing_of_them(analyst: User) -> None:
    source = make_source(harvest_every_minutes=60)
    make_run(source, "failed", error="The host is gone.")
    standing = standings(analyst, [source])[source.pk]
    assert (standing.is_known, standing.harvests, standing.health.reasons) == (False, None, ())


def test_the_end_of_a_secret_is_told_to_keepers_only(steward: User, engineer: User) -> None:
    source = make_source(secret_expires_on=NOW.date())
    make_run(source)
    assert (words(steward, source), words(engineer, source)) == ([], [Word.EXPIRING])


def names(person: User, query: str = "") -> list[str]:
    return [row.source.name for row in overview(person, QueryDict(query)).rows]


def test_the_overview_narrows_sorts_and_counts_what_is_visible(engineer: User, analyst: User) -> None:
    good, bad = make_source("Good", description="What we sell"), make_source("Bad", next_harvest_at=NOW)
    make_source("Hidden", is_private=True, is_enabled=False)
    make_run(good, ago=timedelta(hours=1))
    make_run(bad, "failed", ago=timedelta(hours=9))
    make_asset(schema=make_schema(source=good))
    assert names(engineer) == ["Bad", "Good", "Hidden"]
    assert names(engineer, "sort=health") == ["Bad", "Good", "Hidden"]
    assert names(engineer, "sort=last") == ["Good", "Bad", "Hidden"]
    assert names(engineer, "sort=next") == ["Bad", "Good", "Hidden"]
    assert names(engineer, "sort=assets") == ["Good", "Bad", "Hidden"]
    assert names(engineer, "sort=no+such+order") == ["Bad", "Good", "Hidden"]
    assert names(engineer, "health=failing") == ["Bad"]
    assert names(engineer, "health=failing&health=fine") == ["Bad", "Good"]
    assert names(engineer, "q=SELL+postgres") == ["Good"]
    assert names(engineer, "family=Databases") == ["Bad", "Good", "Hidden"]
    assert names(engineer, "family=Files+and+lakes") == []
    assert overview(engineer, QueryDict("health=failing")).words == {Word.PAUSED: 1, Word.FAILING: 1, Word.FINE: 1}
    assert names(analyst) == ["Bad", "Good"]
    assert overview(analyst, QueryDict()).words == {Word.FINE: 2}


def test_assets_are_counted_as_far_as_they_are_visible(engineer: User, officer: User) -> None:
    source = make_source()
    make_asset(schema=make_schema(source=source))
    hidden = make_asset(schema=make_schema(source=source))
    type(hidden).objects.filter(pk=hidden.pk).update(labels=["domain:987"])
    counted = [overview(person, QueryDict()).rows[0].counts for person in (engineer, officer)]
    assert counted == [{"Assets": 1}, {"Assets": 2}]


def test_many_sources_cost_no_more_queries_than_one(engineer: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            overview(engineer, QueryDict())
        return len(queries)

    for number in range(1, 3):
        make_run(make_source(f"Source {number}"))
    cost()  # the person's labels are read once
    few = cost()
    for number in range(3, 30):
        make_run(make_source(f"Source {number}"), "failed" if number % 2 else "succeeded")
    assert cost() == few
