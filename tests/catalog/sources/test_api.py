"""Sources over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.people.models import User
from catalog.sources.credentials import decrypt
from catalog.sources.models import ServerReport, Source
from tests.catalog.sources.warehouse import READER_PASSWORD, Warehouse
from tests.factories.catalog import make_source

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
SECRETIVE = {
    *("host", "port", "database", "username", "tls", "options", "left_out_schemas"),
    *("secret_reference", "secret_expires_on", "next_secret_waits", "concurrency", "statement_timeout_seconds"),
}


def facts_of(warehouse: Warehouse) -> dict[str, Any]:
    return {
        "name": "Company",
        "host": warehouse.host,
        "port": warehouse.port,
        "database": warehouse.database,
        "username": warehouse.reader,
        "password": READER_PASSWORD,
    }


def test_how_a_source_is_reached_is_shown_to_its_keepers_only(
    analyst: User, engineer: User, signed_in: SignedIn
) -> None:
    source = make_source("Open", password_encrypted="gAAAA-token")
    url = f"/api/v1/sources/{source.pk}/"
    seen, kept = signed_in(analyst).get(url), signed_in(engineer).get(url)
    assert set(kept.json()) - set(seen.json()) == SECRETIVE
    assert (seen.json()["health"], kept.json()["health"]["word"]) == (None, "never")
    assert b"password" not in kept.content
    assert b"gAAAA" not in kept.content


def test_a_private_source_is_the_same_404_as_none(outsider: User, signed_in: SignedIn) -> None:
    make_source("Open")
    hidden = make_source("Hidden", is_private=True)
    client = signed_in(outsider)
    answers = [client.get(f"/api/v1/sources/{pk}/") for pk in (hidden.pk, 987654)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert [source["name"] for source in client.get("/api/v1/sources/").json()["results"]] == ["Open"]


def test_a_source_is_added_changed_tested_and_deleted(
    engineer: User, signed_in: SignedIn, warehouse: Warehouse
) -> None:
    client = signed_in(engineer)
    created = client.post("/api/v1/sources/", facts_of(warehouse), content_type="application/json")
    assert created.status_code == 201
    assert "password" not in created.json()
    url = f"/api/v1/sources/{created.json()['id']}/"
    changed = client.patch(url, {"is_private": True, "harvest_every_minutes": 60}, content_type="application/json")
    assert changed.status_code == 200
    assert (changed.json()["is_private"], changed.json()["harvest_every_minutes"]) == (True, 60)
    report = client.post(f"{url}test/").json()
    assert (report["ok"], report["code"], report["tables"]) == (True, None, 3)
    assert client.delete(url).json()["fields"] == {
        "confirmation": ["Type the name of the source, Company, to delete it."]
    }
    assert client.delete(f"{url}?confirmation=Company").status_code == 204
    assert not Source.objects.exists()


def test_a_wrong_password_comes_back_at_its_field(engineer: User, signed_in: SignedIn, warehouse: Warehouse) -> None:
    given = facts_of(warehouse) | {"password": "wrong"}
    answer = signed_in(engineer).post("/api/v1/sources/", given, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["code"] == "wrong_password"
    assert list(answer.json()["fields"]) == ["password"]


@pytest.mark.parametrize("name", ["analyst", "steward", "officer", "outsider"])
def test_others_change_nothing(
    name: str, request: pytest.FixtureRequest, signed_in: SignedIn, warehouse: Warehouse
) -> None:
    client = signed_in(request.getfixturevalue(name))
    source = make_source("Open")
    before = Source.objects.values().get()
    url = f"/api/v1/sources/{source.pk}/"
    answers = [
        client.post("/api/v1/sources/", facts_of(warehouse), content_type="application/json"),
        client.patch(url, {"name": "Mine"}, content_type="application/json"),
        client.post(f"{url}test/"),
        client.delete(f"{url}?confirmation=Open"),
        client.patch(url, {"concurrency": 16}, content_type="application/json"),
        client.put(f"{url}secret/", {"password": "mine"}, content_type="application/json"),
        client.delete(f"{url}secret/"),
        client.post(f"{url}secret/test/"),
        client.post(f"{url}inspect/"),
        client.get(f"{url}report/"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "not_allowed")] * 10
    assert not ServerReport.objects.exists()
    assert Source.objects.values().get() == before


def test_nobody_signed_in_gets_nothing(client: Client, db: None) -> None:
    make_source("Open")
    assert client.get("/api/v1/sources/").status_code in {401, 403}


def test_engines_say_what_they_ask_for(outsider: User, signed_in: SignedIn) -> None:
    client = signed_in(outsider)
    listed = {engine["key"]: engine for engine in client.get("/api/v1/engines/").json()}
    assert (listed["postgresql"]["port"], listed["postgresql"]["missing_modules"]) == (5432, [])
    assert "host" in listed["postgresql"]["address"]


def test_options_that_an_engine_does_not_know_are_refused(
    engineer: User, signed_in: SignedIn, warehouse: Warehouse
) -> None:
    given = facts_of(warehouse) | {"options": {"sslmode": "disable"}}
    answer = signed_in(engineer).post("/api/v1/sources/", given, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "option_unknown")
    assert list(answer.json()["fields"]) == ["options"]
    wrong = facts_of(warehouse) | {"engine": "nothing"}
    answer = signed_in(engineer).post("/api/v1/sources/", wrong, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "engine_unknown")
    assert not Source.objects.exists()


def test_schedule_and_limits_are_set(engineer: User, signed_in: SignedIn, warehouse: Warehouse) -> None:
    client = signed_in(engineer)
    given = facts_of(warehouse) | {"harvest_cron": "30 2 * * *", "harvest_time_zone": "Europe/Berlin", "priority": 1}
    created = client.post("/api/v1/sources/", given, content_type="application/json").json()
    assert (created["harvest_cron"], created["priority"]) == ("30 2 * * *", 1)
    url = f"/api/v1/sources/{created['id']}/"
    times = client.get(f"{url}times/").json()["times"]
    assert len(times) == 5
    assert times[0] == created["next_harvest_at"]
    changed = client.patch(url, {"harvest_cron": "", "removal_limit_percent": 5}, content_type="application/json")
    assert (changed.json()["next_harvest_at"], changed.json()["removal_limit_percent"]) == (None, 5)
    both = client.patch(url, {"harvest_cron": "0 * * * *", "harvest_every_minutes": 5}, content_type="application/json")
    assert (both.status_code, list(both.json()["fields"])) == (422, ["harvest_cron"])
    assert Source.objects.get().harvest_cron == ""


def test_health_is_told_in_few_queries(
    engineer: User, signed_in: SignedIn, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(12):
        make_source(f"Source {number}", is_enabled=bool(number))
    client = signed_in(engineer)
    with django_assert_max_num_queries(6):
        listed = client.get("/api/v1/sources/").json()["results"]
    words = [source["health"]["word"] for source in listed]
    assert (words.count("paused"), words.count("never")) == (1, 11)
    assert listed[-1]["health"]["reasons"][0]["text"] == "Harvesting is switched off."


def test_a_next_password_and_an_inspection(engineer: User, signed_in: SignedIn, warehouse: Warehouse) -> None:
    client = signed_in(engineer)
    created = client.post("/api/v1/sources/", facts_of(warehouse), content_type="application/json").json()
    url = f"/api/v1/sources/{created['id']}/"
    assert client.get(f"{url}report/").status_code == 404
    assert client.put(f"{url}secret/", {"password": "soon"}, content_type="application/json").status_code == 204
    assert decrypt(Source.objects.get().next_password_encrypted) == "soon"
    assert client.get(url).json()["next_secret_waits"] is True
    tried = client.post(f"{url}secret/test/").json()
    assert (tried["present"]["ok"], tried["following"]["code"], tried["took_over"]) == (True, "wrong_password", False)
    assert client.delete(f"{url}secret/").status_code == 204
    assert client.delete(f"{url}secret/").status_code == 409
    inspected = client.post(f"{url}inspect/").json()
    assert inspected["server"].startswith("PostgreSQL")
    assert client.get(f"{url}report/").json() == inspected
