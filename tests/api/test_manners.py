"""How the API behaves whatever it is asked: problems instead of pages, pages by cursor, limits, its own description."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from access.people.actions import tokens
from access.people.models import User
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from tests.conftest import make_person

SignedIn = Callable[[User], Client]
JSON = "application/json"


class Once(UserRateThrottle):
    """One request a minute."""

    scope = "test-once"
    rate = "1/minute"


class Odd(APIView):
    """Fails in the way that is asked for."""

    def get(self, request: Request) -> Response:
        errors: dict[str, Exception] = {
            "invalid": Invalid("No good.", field="name"),
            "refused": NotAllowed("Not you.", how_to_fix="Ask."),
            "missing": NotFound("Not there."),
            "conflict": Conflict("Moved on."),
            "unavailable": Unavailable("Later."),
            "bug": ZeroDivisionError("a secret detail"),
        }
        raise errors[request.query_params["how"]]


class Limited(APIView):
    """Answers once a minute."""

    throttle_classes = [Once]

    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [
    path("api/odd/", Odd.as_view()),
    path("api/limited/", Limited.as_view()),
    path("", include("portal.urls")),
]
handler500 = "portal.views.errors.server_error"


@pytest.fixture
def caller(analyst: User, signed_in: SignedIn) -> Client:
    return signed_in(analyst)


def _problem(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == JSON
    assert {"code", "detail"} <= set(response.json())
    return response.status_code, response.json()["code"]


def test_root_lists_every_route(caller: Client) -> None:
    listed = caller.get("/api/v1/").json()
    assert {"me", "people", "teams", "tokens", "sources", "assets", "domains", "search", "audit-events"} <= set(listed)
    assert listed["me"] == "http://testserver/api/v1/me/"
    for address in listed.values():
        assert caller.get(address).status_code in {200, 403}


def test_caller_learns_who_they_are(caller: Client, analyst: User) -> None:
    assert caller.get("/api/v1/me/").json() == {
        "id": analyst.pk,
        "name": "Ana Lyst",
        "email": "ana.lyst@atrium.example",
        "job_title": "",
        "time_zone": "UTC",
        "roles": ["analyst"],
        "teams": [],
        "permissions": ["assets.browse_catalog"],
    }


@pytest.mark.parametrize(
    "address", ["/api/v1/me/", "/api/v1/", "/api/v1/nothing/", "/api/schema/", "/api/v1/people/1/", "/api/nothing/"]
)
def test_nobody_gets_a_401_problem(address: str, client: Client, db: None) -> None:
    response = client.get(address)
    assert _problem(response) == (401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Atrium"'


@pytest.mark.parametrize("address", ["/api/", "/api/v1/nothing/", "/api/v1/me", "/api/v1/sources/x/", "/api/v2/me/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_paths_to_nowhere_are_a_404_problem(address: str, method: str, caller: Client) -> None:
    response = getattr(caller, method)(address)
    if address == "/api/v1/sources/x/" and method == "delete":
        assert _problem(response) == (403, "not_allowed")
    elif address == "/api/v1/sources/x/" and method == "post":
        assert response.status_code in {403, 405}
    else:
        assert _problem(response) == (404, "not_found")


def test_wrong_method_type_and_format_are_problems(caller: Client) -> None:
    assert _problem(caller.post("/api/v1/me/", {}, JSON)) == (405, "method_not_allowed")
    assert _problem(caller.post("/api/v1/tokens/", "a=b", "text/plain")) == (415, "unsupported_media_type")
    assert _problem(caller.post("/api/v1/tokens/", "{", JSON)) == (400, "parse_error")
    assert _problem(caller.get("/api/v1/me/", headers={"Accept": "image/png"})) == (406, "not_acceptable")


def test_wrong_input_names_its_fields(caller: Client) -> None:
    response = caller.post("/api/v1/tokens/", {"days": 0}, JSON)
    assert _problem(response) == (400, "invalid")
    assert set(response.json()["fields"]) == {"name", "days"}


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("how", "status", "body"),
    [
        ("invalid", 422, {"code": "invalid", "detail": "No good.", "fields": {"name": ["No good."]}}),
        ("refused", 403, {"code": "not_allowed", "detail": "Not you.", "how_to_fix": "Ask."}),
        ("missing", 404, {"code": "not_found", "detail": "Not there."}),
        ("conflict", 409, {"code": "conflict", "detail": "Moved on."}),
        ("unavailable", 503, {"code": "unavailable", "detail": "Later."}),
    ],
)
def test_errors_of_the_house_are_problems(how: str, status: int, body: dict[str, Any], caller: Client) -> None:
    response = caller.get("/api/odd/", {"how": how})
    assert (response.status_code, response.json()) == (status, body)


@override_settings(ROOT_URLCONF=__name__)
def test_a_bug_is_a_problem_without_details(caller: Client) -> None:
    caller.raise_request_exception = False
    response = caller.get("/api/odd/", {"how": "bug"})
    assert _problem(response) == (500, "error")
    assert "secret" not in response.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_too_many_requests_say_when_to_come_back(caller: Client) -> None:
    cache.clear()
    assert caller.get("/api/limited/").status_code == 200
    response = caller.get("/api/limited/")
    assert _problem(response) == (429, "throttled")
    assert 0 < int(response.headers["Retry-After"]) <= 60


def test_every_caller_has_a_limit_and_links_a_narrower_one(admin: User, analyst: User, signed_in: SignedIn) -> None:
    cache.clear()
    client = signed_in(admin)
    address = f"/api/v1/people/{analyst.pk}/link/"
    assert [client.post(address).status_code for _ in range(21)] == [200] * 20 + [429]
    assert client.get("/api/v1/me/").status_code == 200


def test_cursor_walks_every_row_once_while_rows_are_added(admin: User, signed_in: SignedIn) -> None:
    for number in range(7):
        make_person(f"Person {number}")
    client, seen = signed_in(admin), []
    address = "/api/v1/people/?limit=3"
    while address:
        answer = client.get(address).json()
        assert len(answer["results"]) <= 3
        seen += [row["id"] for row in answer["results"]]
        if len(seen) == 3:
            make_person("Late Comer")
        address = answer["next"]
    assert seen == sorted(User.objects.exclude(name="Late Comer").values_list("pk", flat=True), reverse=True)


@pytest.mark.parametrize("limit", ["0", "-1", "x", "100000", "9" * 30])
def test_odd_limits_do_no_harm(limit: str, caller: Client) -> None:
    assert caller.get("/api/v1/tokens/", {"limit": limit}).status_code == 200


def test_odd_cursors_are_told(caller: Client) -> None:
    assert _problem(caller.get("/api/v1/tokens/", {"cursor": "abcde"})) == (404, "not_found")


def test_browser_session_needs_the_csrf_token(caller: Client, analyst: User) -> None:
    caller.handler.enforce_csrf_checks = True
    assert _problem(caller.post("/api/v1/tokens/", {"name": "stolen"}, JSON)) == (403, "permission_denied")
    assert not analyst.api_tokens.exists()


def test_token_is_made_once_shown_and_revoked(caller: Client, analyst: User) -> None:
    made = caller.post("/api/v1/tokens/", {"name": "export", "days": 7}, JSON)
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    assert Client().get("/api/v1/me/", headers=headers).json()["id"] == analyst.pk
    assert "secret" not in caller.get("/api/v1/tokens/").json()["results"][0]
    assert caller.delete(f"/api/v1/tokens/{made.json()['id']}/").status_code == 204
    assert Client().get("/api/v1/me/", headers=headers).status_code == 401


def test_token_makes_no_tokens(analyst: User) -> None:
    _, secret = tokens.make(by=analyst, name="export", days=1)
    response = Client().post(
        "/api/v1/tokens/", {"name": "offspring"}, JSON, headers={"Authorization": f"Bearer {secret}"}
    )
    assert _problem(response) == (403, "not_allowed")
    assert analyst.api_tokens.count() == 1


def test_tokens_of_others_are_not_there(caller: Client, steward: User) -> None:
    token, secret = tokens.make(by=steward, name="theirs", days=1)
    assert caller.get(f"/api/v1/tokens/{token.pk}/").status_code == 404
    assert caller.delete(f"/api/v1/tokens/{token.pk}/").status_code == 404
    assert tokens.owner_of(secret) is not None


def test_administrator_runs_people_and_teams(admin: User, signed_in: SignedIn) -> None:
    client = signed_in(admin)
    team = client.post("/api/v1/teams/", {"name": "Finance"}, JSON).json()
    form = {"name": "New Comer", "email": "New@Example.com", "roles": ["analyst"], "teams": [team["id"]]}
    made = client.post("/api/v1/people/", form, JSON)
    assert made.status_code == 201
    address = f"/api/v1/people/{made.json()['id']}/"
    changed = client.patch(address, {"roles": ["steward"], "teams": [], "job_title": "Clerk"}, JSON).json()
    assert (changed["roles"], changed["teams"], changed["job_title"]) == (["steward"], [], "Clerk")
    assert client.get(f"{address}abilities/").json()[0]["origins"] == ["Steward"]
    assert client.post(f"{address}close/", {"reason": "Has left."}, JSON).json()["is_active"] is False
    assert Event.objects.get(verb="person.deactivated").reason == "Has left."
    assert _problem(client.post(f"{address}link/")) == (409, "conflict")
    assert client.post(f"{address}reopen/").json()["is_active"] is True
    assert client.patch(f"/api/v1/teams/{team['id']}/", {"name": "Money"}, JSON).json()["name"] == "Money"
    assert client.delete(f"/api/v1/teams/{team['id']}/").status_code == 204


def test_taken_names_and_addresses_are_told_at_their_fields(admin: User, analyst: User, signed_in: SignedIn) -> None:
    client = signed_in(admin)
    known = client.post("/api/v1/people/", {"name": "Twin", "email": analyst.email.upper()}, JSON)
    assert (known.status_code, list(known.json()["fields"])) == (422, ["email"])
    client.post("/api/v1/teams/", {"name": "Finance"}, JSON)
    taken = client.post("/api/v1/teams/", {"name": "Finance"}, JSON)
    assert (taken.status_code, list(taken.json()["fields"])) == (422, ["name"])


def test_refused_change_leaves_nothing_half_done(admin: User, signed_in: SignedIn) -> None:
    response = signed_in(admin).patch(f"/api/v1/people/{admin.pk}/", {"roles": [], "name": "Nobody"}, JSON)
    assert _problem(response) == (409, "last_administrator")
    admin.refresh_from_db()
    assert (admin.name, admin.roles) == ("Ada Min", ["administrator"])


@pytest.mark.parametrize("who", ["analyst", "steward", "officer", "engineer", "outsider"])
def test_others_learn_nothing_of_people(who: str, request: pytest.FixtureRequest, signed_in: SignedIn) -> None:
    client = signed_in(request.getfixturevalue(who))
    for address in ("/api/v1/people/", "/api/v1/people/1/", "/api/v1/teams/", "/api/v1/teams/1/"):
        response = client.get(address)
        assert _problem(response) == (403, "not_allowed")
        assert response.json()["how_to_fix"] == "Ask an administrator for the change."
    assert _problem(client.post("/api/v1/people/", {"name": "Eve", "email": "e@example.com"}, JSON))[0] == 403
    assert User.objects.count() == 1


def test_description_has_no_warnings() -> None:
    out, errors = StringIO(), StringIO()
    call_command("spectacular", fail_on_warn=True, validate=True, stdout=out, stderr=errors)
    assert "/api/v1/assets/" in out.getvalue()
    assert errors.getvalue() == ""


def test_description_offers_nothing_to_write_that_is_only_read() -> None:
    out = StringIO()
    call_command("spectacular", format="openapi-json", stdout=out)
    schemas = json.loads(out.getvalue())["components"]["schemas"]
    assert list(schemas["PersonRequest"]["properties"]) == ["name", "email", "job_title", "roles", "teams"]
    written = {name: facts["properties"] for name, facts in schemas.items() if name.endswith("Request")}
    assert [name for name, facts in written.items() if any(one.get("readOnly") for one in facts.values())] == []
    assert "id" not in {field for facts in written.values() for field in facts}
