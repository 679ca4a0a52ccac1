"""Saved searches over the API: the caller's own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.people.models import User
from catalog.search.models import Cadence, SavedSearch
from tests.factories.catalog import make_asset, make_domain, make_schema
from tests.factories.searches import make_saved_search

SignedIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
JSON = "application/json"
URL = "/api/v1/saved-searches/"


def test_made_changed_and_deleted(analyst: User, signed_in: SignedIn) -> None:
    client = signed_in(analyst)
    response = client.post(URL, {"name": "Orders", "query": "?q=orders&page=2", "tells": "daily"}, content_type=JSON)
    made: dict[str, Any] = response.json()
    assert response.status_code == 201
    assert (made["name"], made["query"], made["tells"], made["by_mail"]) == ("Orders", "q=orders", "daily", False)
    assert (made["new_matches"], made["url"]) == (0, "/search/?q=orders")
    changed = client.patch(f"{URL}{made['id']}/", {"by_mail": True}, content_type=JSON).json()
    assert (changed["name"], changed["tells"], changed["by_mail"]) == ("Orders", "daily", True)
    assert [one["id"] for one in client.get(URL).json()["results"]] == [made["id"]]
    assert client.delete(f"{URL}{made['id']}/").status_code == 204
    assert not SavedSearch.objects.exists()


def test_refusals_name_the_field(analyst: User, signed_in: SignedIn) -> None:
    make_saved_search(analyst)
    client = signed_in(analyst)
    twice = client.post(URL, {"name": "ORDERS", "query": ""}, content_type=JSON)
    assert (twice.status_code, list(twice.json()["fields"])) == (422, ["name"])
    wrong = client.post(URL, {"name": "x", "query": "", "tells": "hourly"}, content_type=JSON)
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["tells"])
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_those_of_others_are_not_there(method: str, analyst: User, admin: User, signed_in: SignedIn) -> None:
    search, client = make_saved_search(analyst), signed_in(admin)
    there = getattr(client, method)(f"{URL}{search.pk}/", {"name": "Mine"}, content_type=JSON)
    nowhere = getattr(client, method)(f"{URL}987654321/", {"name": "Mine"}, content_type=JSON)
    assert (there.status_code, there.json()) == (404, nowhere.json())
    assert client.get(URL).json()["results"] == []
    assert SavedSearch.objects.get().name == "Orders"


def test_hidden_matches_are_not_counted(outsider: User, signed_in: SignedIn) -> None:
    hidden = make_asset(schema=make_schema(domain=make_domain(is_private=True)))
    make_saved_search(outsider, news=[hidden.pk, make_asset().pk], tells=Cadence.NEVER)
    response = signed_in(outsider).get(URL)
    assert [one["new_matches"] for one in response.json()["results"]] == [1]
    assert "matches" not in response.json()["results"][0]
    assert "news" not in response.json()["results"][0]
