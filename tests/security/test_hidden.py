"""Whoever guesses the id of what they may not see gets, byte for byte, the answer for what does not exist."""

import re

import pytest
from django.test import Client

from tests.factories.company import PERSONAS, admit
from tests.security.conftest import MISSING, House, for_route
from tests.security.routes import Route, routes

_FOR_ALL = ("search:dictionary", "api:search-dictionary")  # of its entries nothing is hidden from anybody
WITH_PARTS = [
    route
    for route in routes()
    if ((route.parameters and not route.is_open) or "pk" in route.parameters) and not route.name.startswith(_FOR_ALL)
]
_CHANGING = re.compile(rb'(X-CSRFToken": "|csrfmiddlewaretoken" value=")[^"]+')
JSON = "application/json"
FORM = {
    "name": "X",
    "text": "X",
    "version": 0,
    "role": "owner",
    "holder": "person:1",
    "domain": "none",
    "state": "none",
}
_OF_WHAT = {
    "source": "source_id",
    "schema": "schema_id",
    "domain": "domain_id",
    "asset": "asset_id",
    "run": "run_id",
    "object_id": "asset_id",
    "actor": "person_id",
    "owner": "person_id",
}


def _answer(house: House, persona: str, method: str, url: str) -> tuple[int, bytes]:
    form = {"data": FORM} if "/api/" not in url else {"data": FORM, "content_type": JSON}
    response = getattr(house.clients[persona], method)(url, **({} if method == "get" else form))
    body: bytes = response.content
    return response.status_code, _CHANGING.sub(rb"\1", body)


def _narrowed(client: Client, url: str, query: dict[str, str]) -> tuple[int, bytes]:
    response = client.get(url, query | {"object_type": "assets.asset"})
    body: bytes = response.getvalue()
    return response.status_code, _CHANGING.sub(rb"\1", body)


def _strangers(route: Route) -> list[str]:
    """Engineers manage all sources, see their runs and failed work; to everything else they are strangers too."""
    if route.name == "kit:notification":
        return [name for name in PERSONAS if name != "outsider"]  # the notification in the address is the outsider's
    is_of_sources = {"source_id", "run_id", "letter_id"} & set(route.parameters) or route.name.startswith(
        ("api:source", "api:run", "api:change-set", "api:dead-letter")
    )
    return ["outsider", "analyst", "steward", *([] if is_of_sources else ["engineer"])]


@pytest.mark.parametrize("route", WITH_PARTS, ids=lambda route: route.name)
def test_hidden_answers_like_missing(route: Route, house: House) -> None:
    hidden = route.url(for_route(house.hidden, route.name))
    missing = route.url(for_route(house.missing, route.name))
    for persona in _strangers(route):
        for method in route.methods:
            there = _answer(house, persona, method, hidden)
            nowhere = _answer(house, persona, method, missing)
            assert there[0] in {403, 404, 405}, f"{persona}: {method} {hidden}"
            assert there == nowhere, f"{persona}: {method} {hidden}"


def test_hidden_narrows_like_missing(house: House) -> None:
    """The same for what is asked after the question mark, on every address that an outsider may open."""
    client = house.clients["outsider"]
    for route in routes():
        url = route.url(for_route(house.shown, route.name))
        if "get" not in route.methods or client.get(url).status_code != 200:
            continue
        for name, part in _OF_WHAT.items():
            number, kind = str(house.hidden[part]), "person:" if name == "owner" else ""
            there = _narrowed(client, url, {name: f"{kind}{number}"})
            nowhere = _narrowed(client, url, {name: f"{kind}{MISSING}"})
            echoed = nowhere[0], nowhere[1].replace(str(MISSING).encode(), number.encode())
            assert there == echoed, f"{route.name}?{name}="
    narrowed = house.clients["admin"].get("/api/v1/assets/", {"domain": house.hidden["domain_id"]}).json()
    assert [asset["name"] for asset in narrowed["results"]] == ["patients"]


def test_nobody_without_a_say_probes_who_is_here(house: House) -> None:
    """Owners are named by address or number: the refusal must come before the search for them."""
    domain, asset = house.shown["domain_id"], house.shown["asset_id"]
    known, unknown = house.company.people["officer"], "nobody@atrium.example"
    for url in (f"/assets/{asset}/owners/", f"/domains/{domain}/owners/"):
        forms = [{"role": "owner", "holder": holder} for holder in (known.email, unknown)]
        assert [house.clients["outsider"].post(url, form).status_code for form in forms] == [403, 403]
    for holder in (f"person:{known.pk}", f"person:{MISSING}"):
        form = {"role": "owner", "holder": holder}
        answer = house.clients["outsider"].post(f"/api/v1/assets/{asset}/owners/", form, content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_every_part_of_an_address_has_something_hidden(house: House) -> None:
    named = {part for route in WITH_PARTS for part in route.parameters}
    assert named <= {*house.hidden, "pk"}, "give the new part of an address something hidden in conftest.py"


def test_what_is_hidden_from_one_is_shown_to_those_admitted(house: House) -> None:
    """The answers above are not equal because the address is wrong."""
    admit(house.company.people["analyst"], house.company.health)
    for name in ("assets:detail", "assets:domain", "api:asset-detail", "api:domain-detail", "assets:browse_schema"):
        route = next(route for route in routes() if route.name == name)
        assert house.clients["analyst"].get(route.url(for_route(house.hidden, name))).status_code == 200
        assert house.clients["steward"].get(route.url(for_route(house.hidden, name))).status_code == 404


@pytest.mark.parametrize("name", ["sources:detail", "assets:browse_source", "harvest:run", "api:source-detail"])
def test_hidden_sources_and_runs_are_shown_to_the_administrator(name: str, house: House) -> None:
    route = next(route for route in routes() if route.name == name)
    assert house.clients["admin"].get(route.url(for_route(house.hidden, name))).status_code == 200
