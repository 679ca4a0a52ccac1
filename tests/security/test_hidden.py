"""Whoever guesses the id of what they may not see gets, byte for byte, the answer for what does not exist."""

import re

import pytest

from tests.factories.company import PERSONAS, admit
from tests.security.conftest import House, for_route
from tests.security.routes import Route, routes

WITH_PARTS = [route for route in routes() if (route.parameters and not route.is_open) or "pk" in route.parameters]
_CHANGING = re.compile(rb'(X-CSRFToken": "|csrfmiddlewaretoken" value=")[^"]+')
JSON = "application/json"


def _answer(house: House, persona: str, method: str, url: str) -> tuple[int, bytes]:
    response = getattr(house.clients[persona], method)(url, **({} if method == "get" else {"content_type": JSON}))
    body: bytes = response.content
    return response.status_code, _CHANGING.sub(rb"\1", body)


def _strangers(route: Route) -> list[str]:
    """Engineers manage all sources and see their runs; to everything else they are strangers too."""
    if route.name == "kit:notification":
        return [name for name in PERSONAS if name != "outsider"]  # the notification in the address is the outsider's
    is_of_sources = {"source_id", "run_id"} & set(route.parameters) or route.name.startswith(("api:source", "api:run"))
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
