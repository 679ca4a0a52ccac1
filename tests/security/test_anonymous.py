"""Nobody gets anywhere without signing in, but where it is meant."""

import pytest
from django.test import Client
from django.urls import reverse

from access.people.actions import tokens
from access.people.models import User
from tests.security.conftest import House, for_route
from tests.security.routes import READ_BY_MACHINES, Route, routes

OPEN_PAGES = {
    "people:one_click",
    "people:set_password",
    "people:sign_in",
    "people:welcome",
    "portal:health",
}
PAGES = [route for route in routes() if not route.is_api]
API = [route for route in routes() if route.is_api]


def test_only_these_pages_are_open() -> None:
    assert {route.name for route in PAGES if route.is_open} == OPEN_PAGES | READ_BY_MACHINES


def test_machines_are_asked_for_a_token() -> None:
    for name in READ_BY_MACHINES:
        assert Client().get(reverse(name)).status_code == 401


def test_every_other_page_asks_for_a_sign_in_and_comes_back(house: House) -> None:
    for route in PAGES:
        if route.is_open:
            continue
        for values in (house.shown, house.hidden, house.missing):
            url = route.url(for_route(values, route.name))
            for method in route.methods:
                response = getattr(Client(), method)(url)
                expected = (302, f"{reverse('people:sign_in')}?next={url}")
                assert (response.status_code, response.headers.get("Location")) == expected, route.name


def test_every_address_of_the_api_answers_401(house: House) -> None:
    for route in API:
        for values in (house.shown, house.hidden, house.missing):
            url = route.url(for_route(values, route.name))
            for method in route.methods:
                response = getattr(Client(), method)(url)
                assert response.status_code == 401, f"{method} {route.name}"
                assert response.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "authorization", "Bearer"])
def test_token_in_the_address_is_not_accepted(name: str, analyst: User) -> None:
    _, secret = tokens.make(by=analyst, name="export", days=1)
    assert Client().get("/api/v1/me/", {name: secret}).status_code == 401
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Basic {secret}"}).status_code == 401
    assert Client().get("/api/v1/me/", headers={"X-Token": secret}).status_code == 401
    assert Client().get("/api/v1/me/", headers={"Authorization": f"bearer {secret}"}).status_code == 200


def test_token_opens_no_page(analyst: User) -> None:
    _, secret = tokens.make(by=analyst, name="export", days=1)
    response = Client().get("/account/", headers={"Authorization": f"Bearer {secret}"})
    assert response.status_code == 302


@pytest.mark.parametrize("route", API, ids=lambda route: route.name)
def test_api_trusts_no_session_without_its_csrf_token(route: Route, house: House) -> None:
    client = house.clients["admin"]
    client.handler.enforce_csrf_checks = True
    url = route.url(for_route(house.shown, route.name))
    for method in set(route.methods) - {"get"}:
        response = getattr(client, method)(url, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
