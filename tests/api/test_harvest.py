"""Harvest runs over the API: the pages' rules and numbers."""

from collections.abc import Callable

import pytest
from django.test import Client

from access.people.models import User
from catalog.harvest.models import Run
from catalog.sources.models import Source
from portal.kit.models import JobRun, JobState
from tests.conftest import make_person
from tests.factories.company import PERSONAS, Company, make_company

SignIn = Callable[[User], Client]
RUNS = "/api/v1/runs/"


@pytest.fixture
def company(db: None) -> Company:
    return make_company({name: make_person(f"{name.title()} Person", *roles) for name, roles in PERSONAS.items()})


def test_numbers_and_changes_are_of_what_the_person_may_see(company: Company, signed_in: SignIn) -> None:
    visible = len(company.assets) + 1
    for name, number in (("steward", visible), ("engineer", visible), ("officer", visible + 1)):
        client = signed_in(company.people[name])
        listed = client.get(RUNS).json()["results"]
        assert [(run["id"], run["state"], run["added"]) for run in listed] == [(company.run.pk, "succeeded", number)]
        changes = client.get(f"{RUNS}{company.run.pk}/changes/", {"limit": 100}).json()["results"]
        assert len(changes) == number
        assert any("patients" in change["path"] for change in changes) == (name == "officer")


@pytest.mark.parametrize("name", ["analyst", "outsider"])
def test_roles_without_runs_see_none(name: str, company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people[name])
    for path in (RUNS, f"{RUNS}{company.run.pk}/", f"{RUNS}{company.run.pk}/changes/", f"{RUNS}987654/"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_run_of_a_hidden_source_is_the_same_as_none(company: Company, signed_in: SignIn) -> None:
    Source.objects.filter(pk=company.source.pk).update(is_private=True)
    client = signed_in(company.people["steward"])
    for ending in ("", "changes/"):
        hidden, missing = (client.get(f"{RUNS}{pk}/{ending}") for pk in (company.run.pk, 987654))
        assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert client.get(RUNS).json()["results"] == []
    hidden, missing = (client.get(RUNS, {"source": pk}) for pk in (company.source.pk, 987654))
    assert (hidden.status_code, missing.status_code) == (400, 400)
    assert hidden.content == missing.content


def test_runs_are_narrowed_by_source_and_state(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["engineer"])
    for query, found in (({"source": company.source.pk}, 1), ({"state": "succeeded"}, 1), ({"state": "failed"}, 0)):
        assert len(client.get(RUNS, query).json()["results"]) == found


def test_engineer_starts_stops_and_repeats(company: Company, signed_in: SignIn) -> None:
    client = signed_in(company.people["engineer"])
    started = client.post(RUNS, {"source": company.source.pk}, content_type="application/json")
    assert (started.status_code, started.json()["state"], started.json()["trigger"]) == (201, "queued", "person")
    url = f"{RUNS}{started.json()['id']}/"

    refused = client.post(RUNS, {"source": company.source.pk}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_running")
    stopped = client.post(f"{url}cancel/")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "cancelled")
    assert client.post(f"{url}cancel/").status_code == 409
    again = client.post(f"{url}retry/")
    assert (again.status_code, again.json()["trigger"]) == (201, "retry")
    assert Run.objects.count() == 3


@pytest.mark.parametrize("name", ["analyst", "steward", "officer", "outsider"])
def test_others_change_nothing(name: str, company: Company, signed_in: SignIn) -> None:
    JobRun.objects.filter(pk=company.run.job_id).update(state=JobState.RUNNING)
    client = signed_in(company.people[name])
    url = f"{RUNS}{company.run.pk}/"
    asked = [
        client.post(RUNS, {"source": company.source.pk}, content_type="application/json"),
        client.post(f"{url}cancel/"),
        client.post(f"{url}retry/"),
    ]
    assert [answer.status_code for answer in asked] == [403, 403, 403]
    assert JobRun.objects.get(pk=company.run.job_id).state == JobState.RUNNING
    assert Run.objects.count() == 1


def test_unknown_source_is_not_found(company: Company, signed_in: SignIn) -> None:
    answer = signed_in(company.people["engineer"]).post(RUNS, {"source": 987654}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_phases_are_for_all_who_see_runs_and_pace_for_those_who_run_them(company: Company, signed_in: SignIn) -> None:
    seen, run = (
        signed_in(company.people[name]).get(f"{RUNS}{company.run.pk}/").json() for name in ("steward", "engineer")
    )
    assert [(phase["name"], round(phase["seconds"])) for phase in seen["phases"]] == [
        ("Connecting", 1),
        ("Reading", 29),
        ("Comparing", 10),
        ("Applying", 20),
    ]
    assert seen["pace"] is None
    assert (round(run["pace"]["seconds"]), run["pace"]["relations_per_minute"]) == (60, len(company.assets) + 2)
    assert (run["kind"], run["outcome"]) == ("harvest", "applied")


def test_schemas_and_lines_are_those_of_the_pages(company: Company, signed_in: SignIn) -> None:
    steward, officer, engineer = (signed_in(company.people[name]) for name in ("steward", "officer", "engineer"))
    url = f"{RUNS}{company.run.pk}/"
    assert [schema["name"] for schema in steward.get(f"{url}schemas/").json()] == ["sales"]
    assert [schema["name"] for schema in officer.get(f"{url}schemas/").json()] == ["health", "sales"]
    assert [line["text"] for line in engineer.get(f"{url}lines/").json()["results"]] == [
        "Reading the catalog of the source."
    ]
    assert engineer.get(f"{url}lines/", {"level": "error"}).json()["results"] == []
    for client in (steward, officer):
        refused = client.get(f"{url}lines/")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
