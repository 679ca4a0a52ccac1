"""The dictionary over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.people.models import User
from catalog.search.models import Equivalence
from tests.factories.dictionary import make_entry

SignedIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
JSON = "application/json"
URL = "/api/v1/search-dictionary/"


def test_made_changed_and_removed(steward: User, signed_in: SignedIn) -> None:
    client = signed_in(steward)
    response = client.post(URL, {"kind": "abbreviation", "short": "cust", "long": "customer"}, content_type=JSON)
    made: dict[str, Any] = response.json()
    assert response.status_code == 201
    assert (made["short"], made["long"], made["note"], made["edited_by"]) == ("cust", "customer", "", "Stella Ward")
    changed = client.patch(f"{URL}{made['id']}/", {"note": "So said"}, content_type=JSON).json()
    assert (changed["short"], changed["note"]) == ("cust", "So said")
    assert client.get(f"{URL}{made['id']}/").json() == changed
    assert client.delete(f"{URL}{made['id']}/").status_code == 204
    assert not Equivalence.objects.exists()


def test_everybody_reads_it_narrowed(outsider: User, signed_in: SignedIn) -> None:
    make_entry()
    make_entry("client", "customer", kind="synonym")
    client = signed_in(outsider)
    assert [one["short"] for one in client.get(URL).json()["results"]] == ["client", "cust"]
    assert [one["short"] for one in client.get(f"{URL}?kind=synonym").json()["results"]] == ["client"]
    assert [one["short"] for one in client.get(f"{URL}?q=cust&kind=abbreviation").json()["results"]] == ["cust"]


def test_refusals_name_the_field_or_the_way_in(steward: User, analyst: User, signed_in: SignedIn) -> None:
    entry = make_entry()
    client = signed_in(steward)
    twice = client.post(URL, {"kind": "synonym", "short": "CUSTOMER", "long": "cust"}, content_type=JSON)
    assert (twice.status_code, list(twice.json()["fields"])) == (409, ["long"])
    wrong = client.post(URL, {"kind": "word", "short": "a", "long": "b"}, content_type=JSON)
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["kind"])
    empty = client.patch(f"{URL}{entry.pk}/", {"short": "$"}, content_type=JSON)
    assert (empty.status_code, list(empty.json()["fields"])) == (422, ["short"])
    for method in ("patch", "delete"):
        refused = getattr(signed_in(analyst), method)(f"{URL}{entry.pk}/", {"long": "x"}, content_type=JSON)
        assert (refused.status_code, "how_to_fix" in refused.json()) == (403, True)
    assert [str(each) for each in Equivalence.objects.all()] == ["cust = customer"]
