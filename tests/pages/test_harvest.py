"""The pages of harvests: who sees runs, whose names they show, who starts them."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.people.models import User
from catalog.assets.models import SchemaChange
from catalog.harvest.models import Run, SchemaResult
from catalog.sources.models import Source
from portal.kit.models import JobLine, JobRun, JobState
from tests.factories.catalog import make_source
from tests.factories.company import Company

SignIn = Callable[[User], Client]


@pytest.fixture
def run_url(company: Company) -> str:
    return reverse("harvest:run", args=[company.run.pk])


def test_run_names_what_the_person_may_see(company: Company, signed_in: SignIn, run_url: str) -> None:
    steward = signed_in(company.people["steward"]).get(run_url).content.decode()
    assert "orders_003" in steward
    assert "patients" not in steward
    assert "health" not in steward
    officer = signed_in(company.people["officer"]).get(run_url).content.decode()
    assert "health" in officer


def test_numbers_are_of_what_the_person_may_see(company: Company, signed_in: SignIn) -> None:
    visible = len(company.assets) + 1
    for name, number in (("steward", visible), ("admin", visible + 1)):
        response = signed_in(company.people[name]).get(reverse("harvest:runs"))
        assert [tally.added for _, tally, _ in response.context["rows"]] == [number]


@pytest.mark.parametrize("name", ["analyst", "outsider"])
def test_roles_without_runs_are_told_why(name: str, company: Company, signed_in: SignIn, run_url: str) -> None:
    response = signed_in(company.people[name]).get(run_url)
    assert response.status_code == 403
    assert "stewards, compliance officers and engineers" in response.content.decode()


def test_engineer_starts_a_harvest_and_is_led_to_it(company: Company, signed_in: SignIn) -> None:
    response = signed_in(company.people["engineer"]).post(reverse("harvest:start", args=[company.source.pk]))
    started = Run.objects.latest("pk")
    assert response.headers["Location"] == reverse("harvest:run", args=[started.pk])
    assert (started.source, started.job.state, started.trigger) == (company.source, JobState.QUEUED, "person")
    assert started.job.requested_by == company.people["engineer"]


def test_second_harvest_of_a_source_is_refused_in_words(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["engineer"])
    client.post(reverse("harvest:start", args=[company.source.pk]))
    response = client.post(reverse("harvest:start", args=[company.source.pk]), follow=True)
    assert "already waiting or running" in response.content.decode()
    assert Run.objects.count() == 2


@pytest.mark.parametrize("name", ["analyst", "steward", "officer", "outsider"])
def test_others_start_nothing(name: str, company: Company, signed_in: SignIn) -> None:
    response = signed_in(company.people[name]).post(reverse("harvest:start", args=[company.source.pk]))
    assert response.status_code == 403
    assert Run.objects.count() == 1


def test_queued_run_is_stopped_at_once(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["engineer"])
    client.post(reverse("harvest:start", args=[company.source.pk]))
    run = Run.objects.latest("pk")
    client.post(reverse("harvest:cancel", args=[run.pk]))
    assert JobRun.objects.get(pk=run.job_id).state == JobState.CANCELLED


def test_steward_stops_nothing(company: Company, signed_in: SignIn) -> None:
    signed_in(company.people["engineer"]).post(reverse("harvest:start", args=[company.source.pk]))
    run = Run.objects.latest("pk")
    response = signed_in(company.people["steward"]).post(reverse("harvest:cancel", args=[run.pk]))
    assert response.status_code == 403
    assert JobRun.objects.get(pk=run.job_id).state == JobState.QUEUED


def test_finished_run_is_repeated_as_a_new_one(company: Company, signed_in: SignIn, run_url: str) -> None:
    response = signed_in(company.people["engineer"]).post(f"{run_url}retry/")
    again = Run.objects.latest("pk")
    assert response.headers["Location"] == reverse("harvest:run", args=[again.pk])
    assert (again.trigger, again.source) == ("retry", company.source)


def test_running_run_polls_and_a_finished_one_does_not(company: Company, signed_in: SignIn, run_url: str) -> None:
    client = signed_in(company.people["engineer"])
    assert "every 2s" not in client.get(run_url).content.decode()
    JobRun.objects.filter(pk=company.run.job_id).update(state=JobState.RUNNING, done=1, total=4, finished_at=None)
    fragment = client.get(run_url, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" in fragment
    assert "25 %" in fragment
    assert "<html" not in fragment


def test_source_page_offers_the_harvest_to_engineers_only(company: Company, signed_in: SignIn) -> None:
    url = reverse("sources:detail", args=[company.source.pk])
    assert "Harvest now" in signed_in(company.people["engineer"]).get(url).content.decode()
    assert "Harvest now" not in signed_in(company.people["steward"]).get(url).content.decode()


def test_failed_run_says_why_and_offers_another(company: Company, signed_in: SignIn, run_url: str) -> None:
    JobRun.objects.filter(pk=company.run.job_id).update(
        state=JobState.FAILED, error_code="wrong_password", error_message="The server refused the sign-in."
    )
    html = signed_in(company.people["engineer"]).get(run_url).content.decode()
    assert "This run failed" in html
    assert "The server refused the sign-in." in html
    assert f'action="{run_url}retry/"' in html


def test_log_is_for_those_who_run_harvests(company: Company, signed_in: SignIn, run_url: str) -> None:
    line = "Reading the catalog of the source."
    assert line in signed_in(company.people["engineer"]).get(run_url).content.decode()
    assert line not in signed_in(company.people["steward"]).get(run_url).content.decode()


def test_run_of_a_hidden_source_is_the_same_as_none(company: Company, signed_in: SignIn, run_url: str) -> None:
    Source.objects.filter(pk=company.source.pk).update(is_private=True)
    client = signed_in(company.people["steward"])
    hidden, missing = client.get(run_url), client.get(reverse("harvest:run", args=[987654]))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert b"Company warehouse" not in hidden.content
    assert b"Company warehouse" not in client.get(reverse("harvest:runs")).content


def test_runs_are_narrowed_by_source_and_state(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["engineer"])
    other = make_source("Other warehouse")
    client.post(reverse("harvest:start", args=[other.pk]))
    started = Run.objects.latest("pk")
    expected: list[tuple[dict[str, str | int], list[Run]]] = [
        ({}, [started, company.run]),
        ({"source": other.pk}, [started]),
        ({"state": "succeeded"}, [company.run]),
        ({"source": other.pk, "state": "succeeded"}, []),
    ]
    for query, found in expected:
        response = client.get(reverse("harvest:runs"), query)
        assert [run for run, *_ in response.context["rows"]] == found


def test_unfinished_runs_keep_the_list_alive(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["engineer"])
    assert "hx-trigger" not in client.get(reverse("harvest:runs"), headers={"HX-Request": "true"}).content.decode()
    client.post(reverse("harvest:start", args=[company.source.pk]))
    fragment = client.get(reverse("harvest:runs"), {"state": "queued"}, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-get="/harvest/?state=queued"' in fragment


@pytest.mark.parametrize("view", ["harvest:start", "harvest:cancel", "harvest:retry"])
def test_nothing_is_done_by_a_link(view: str, company: Company, signed_in: SignIn) -> None:
    assert signed_in(company.people["engineer"]).get(reverse(view, args=[company.run.pk])).status_code == 405
    assert Run.objects.count() == 1


def test_phases_are_told_with_their_lengths(company: Company, signed_in: SignIn, run_url: str) -> None:
    html = signed_in(company.people["steward"]).get(run_url).content.decode()
    phases = html.partition('aria-label="Phases"')[2].partition("</ol>")[0]
    told = re.findall(r"<span>(Connecting|Reading|Comparing|Applying)</span>|<span>([\d.]+ s)</span>", phases)
    assert ["".join(one) for one in told] == [
        *("Connecting", "1.0 s", "Reading", "29 s", "Comparing", "10 s", "Applying", "20 s"),
    ]
    assert "Applied" in html


def test_pace_is_for_those_who_run_harvests(company: Company, signed_in: SignIn, run_url: str) -> None:
    seen, run = (signed_in(company.people[name]).get(run_url).content.decode() for name in ("steward", "engineer"))
    assert ("tables and views a minute" in seen, "tables and views a minute" in run) == (False, True)
    assert ("a second" in seen, "a second" in run) == (False, True)


def test_schemas_are_those_that_the_person_may_know_of(company: Company, signed_in: SignIn, run_url: str) -> None:
    SchemaResult.objects.create(
        run=company.run, schema_name="broken", state="failed", error_message="A lock did not go away."
    )
    names = {
        name: [one.result.schema_name for one in signed_in(company.people[name]).get(run_url).context["schemas"]]
        for name in ("steward", "engineer", "officer", "admin")
    }
    assert names == {
        "steward": ["sales"],
        "engineer": ["broken", "sales"],
        "officer": ["health", "sales"],
        "admin": ["broken", "health", "sales"],
    }
    assert "A lock did not go away." in signed_in(company.people["engineer"]).get(run_url).content.decode()
    assert "A lock did not go away." not in signed_in(company.people["officer"]).get(run_url).content.decode()


def test_log_is_narrowed_by_level_and_downloaded(company: Company, signed_in: SignIn, run_url: str) -> None:
    JobLine.objects.create(run=company.run.job, level="warning", text="Two views are broken.")
    JobLine.objects.create(run=company.run.job, level="error", text="It ended.")
    client = signed_in(company.people["engineer"])
    texts = {
        level: [line.text for line in client.get(run_url, {"level": level}).context["lines"]]
        for level in ("", "warning", "error", "odd")
    }
    everything = ["Reading the catalog of the source.", "Two views are broken.", "It ended."]
    assert texts == {"": everything, "warning": everything[1:], "error": everything[2:], "odd": everything}
    response = client.get(f"{run_url}log/", {"level": "warning"})
    assert response.headers["Content-Disposition"] == f'attachment; filename="harvest-{company.run.pk}.log"'
    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(" ", 1)[1] for line in lines] == ["WARNING Two views are broken.", "ERROR It ended."]


@pytest.mark.parametrize("name", ["analyst", "steward", "officer", "outsider"])
def test_others_download_no_log(name: str, company: Company, signed_in: SignIn, run_url: str) -> None:
    response = signed_in(company.people[name]).get(f"{run_url}log/")
    assert response.status_code == 403
    assert b"Reading the catalog" not in response.content


def test_a_run_that_waits_to_be_tried_again_says_when(company: Company, signed_in: SignIn, run_url: str) -> None:
    JobRun.objects.filter(pk=company.run.job_id).update(
        state=JobState.QUEUED,
        finished_at=None,
        tries=2,
        not_before=timezone.now() + timedelta(minutes=20),
        error_message="The server has no connection left for us.",
    )
    html = signed_in(company.people["engineer"]).get(run_url).content.decode()
    for words in ("Trying again later", "Tried again in 20 min", "no connection left", "Passing failures"):
        assert words in html
    assert "This run failed" not in html


def test_runs_are_narrowed_by_what_became_of_them(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["engineer"])
    yesterday, today, tomorrow = (str(timezone.now().date() + timedelta(days=days)) for days in (-1, 0, 1))
    expected: list[tuple[dict[str, str], int]] = [
        ({"outcome": "applied"}, 1),
        ({"outcome": "held"}, 0),
        ({"kind": "harvest"}, 1),
        ({"kind": "undo"}, 0),
        ({"trigger": "person"}, 1),
        ({"trigger": "schedule"}, 0),
        ({"since": today, "until": today}, 1),
        ({"since": tomorrow}, 0),
        ({"until": yesterday}, 0),
    ]
    for query, number in expected:
        response = client.get(reverse("harvest:runs"), query)
        assert len(response.context["rows"]) == number, query


def test_runs_are_exported_with_the_numbers_that_the_person_may_see(company: Company, signed_in: SignIn) -> None:
    visible = len(company.assets) + 1
    for name, number in (("steward", visible), ("admin", visible + 1)):
        response = signed_in(company.people[name]).get(reverse("harvest:runs"), {"format": "csv", "state": "succeeded"})
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
        rows = list(csv.DictReader(body.splitlines()))
        told = [(row["Source"], row["Outcome"], row["Seconds"], row["Added"]) for row in rows]
        assert told == [("Company warehouse", "applied", "60.0", str(number))]


def test_hidden_runs_are_not_exported(company: Company, signed_in: SignIn) -> None:
    Source.objects.filter(pk=company.source.pk).update(is_private=True)
    response = signed_in(company.people["steward"]).get(reverse("harvest:runs"), {"format": "csv"})
    body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert len(body.splitlines()) == 1


def test_key_to_a_hidden_table_does_not_name_it(company: Company, signed_in: SignIn, run_url: str) -> None:
    key = {"target_schema": "health", "target_name": "patients", "columns": ["order_id"]}
    facts = {"run": company.run.pk, "kind": "added", "seen_at": timezone.now()}
    orders = {"asset": company.orders, **facts}
    SchemaChange.objects.create(part="key", name="orders_patients_fkey", after=key, **orders)
    SchemaChange.objects.create(part="asset", name="orders", after={"definition": "SELECT FROM patients"}, **orders)
    api = f"/api/v1/runs/{company.run.pk}/changes/"
    for name, tells in (("steward", False), ("engineer", False), ("officer", True)):
        client = signed_in(company.people[name])
        page, rows = client.get(run_url).content.decode(), client.get(api).json()["results"]
        assert ("orders_patients_fkey" in page, "patients" in str(rows)) == (tells, tells), name
        assert ("to a table you can&#x27;t see" in page) is not tells
