"""Refusals become pages or alerts, and every request says where it came from."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from access.people.models import User
from portal.kit import origin
from portal.kit.errors import Conflict, DomainError, NotAllowed, NotFound, Unavailable
from portal.kit.middleware import PlainErrors, RequestFacts

SignIn = Callable[[User], Client]


def _answer(error: Exception, person: User, **headers: str) -> HttpResponse | None:
    request = RequestFactory().get("/", headers=headers)
    request.user = person
    return PlainErrors(lambda request: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotAllowed("No."), 403), (NotFound("Gone."), 404), (Conflict("Moved on."), 409), (Unavailable("Later."), 503)],
)
def test_error_is_a_page_with_its_status_and_words(error: DomainError, status: int, outsider: User) -> None:
    response = _answer(error, outsider)
    assert response is not None
    assert response.status_code == status
    if status != 404:
        assert error.message in response.content.decode()


def test_refusal_page_shows_the_way_in(outsider: User) -> None:
    response = _answer(NotAllowed("Only stewards certify.", how_to_fix="Ask a steward."), outsider)
    assert response is not None
    assert "Ask a steward." in response.content.decode()


def test_htmx_gets_an_alert_and_no_page(outsider: User) -> None:
    response = _answer(Conflict("Somebody was faster."), outsider, **{"HX-Request": "true"})
    assert response is not None
    text = response.content.decode()
    assert "Somebody was faster." in text
    assert "<html" not in text


def test_other_errors_are_left_alone(outsider: User) -> None:
    assert _answer(ValueError("a bug"), outsider) is None


@pytest.mark.parametrize(
    ("path", "address", "expected"),
    [
        ("/browse/", "192.0.2.17", ("page", "192.0.2.0/24")),
        ("/api/v1/assets/", "2001:db8:1:2::3", ("api", "2001:db8:1::/48")),
        ("/", "not an address", ("page", "")),
    ],
)
def test_origin_is_known_while_the_request_is_answered(
    path: str, address: str, expected: tuple[str, str], outsider: User
) -> None:
    seen: list[origin.Origin] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(origin.current())
        return HttpResponse()

    request = RequestFactory().get(path, REMOTE_ADDR=address)
    request.user = outsider
    RequestFacts(view)(request)
    assert (seen[0].channel, seen[0].address) == expected
    assert len(seen[0].request_id) == 32
    assert origin.current() == origin.Origin()
