"""The pages of harvests: who sees runs, whose names they show, who starts them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from access.people.models import User
from catalog.harvest.models import Run
from catalog.sources.models import Source
from portal.kit.models import JobRun, JobState
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
