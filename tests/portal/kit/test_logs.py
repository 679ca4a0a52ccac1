"""Every line is one JSON object with the ids of the work, and no secret gets into it."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from access.people.models import User
from portal.kit import logs, redaction
from portal.kit.observed import Observed

SECRET = "hush-hush-4711"
SignIn = Callable[[User], Client]


class Lines:
    """What was logged meanwhile, as it would be written."""

    def __init__(self) -> None:
        self.stream = StringIO()

    def all(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    found = Lines()
    handler = logging.StreamHandler(found.stream)
    handler.setFormatter(logs.JsonFormatter())
    handler.addFilter(logs.SafePaths())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize(
    "name", ["password", "next_password", "SECRET_KEY", "api_token", "Authorization", "set-cookie"]
)
def test_fields_named_like_a_secret_are_empty(lines: Lines, name: str) -> None:
    logs.get_logger("test").warning("tried", **{name: SECRET, "inner": {name: [SECRET]}, "source": 5})
    line = lines.all()[0]
    assert line[name] == redaction.HIDDEN
    assert line["inner"] == {name: redaction.HIDDEN}
    assert line["source"] == 5


@pytest.mark.parametrize(
    "text",
    [
        f"can't reach postgresql://atrium:{SECRET}@db/x",
        f"Authorization: Bearer {SECRET}",
        f"password={SECRET}, user=x",
        f"token atr_{SECRET.replace('-', '_')} is unknown",
        f'{{"csrftoken": "{SECRET}"}}',
        f"Cookie: sessionid={SECRET}; theme=dark",
    ],
)
def test_secrets_inside_a_text_are_empty(lines: Lines, text: str) -> None:
    logging.getLogger("foreign").warning("said: %s", text)
    logs.get_logger("test").error("failed", exc_info=ValueError(text))
    written = lines.stream.getvalue()
    assert SECRET not in written
    assert SECRET.replace("-", "_") not in written
    assert len(lines.all()) == 2


def test_lines_carry_the_ids_of_the_work(lines: Lines) -> None:
    with logs.about(run=7, job=8, source=9):
        logging.getLogger("foreign").warning("working")
    logs.get_logger("test").warning("done")
    inside, outside = lines.all()
    assert (inside["run"], inside["job"], inside["source"]) == (7, 8, 9)
    assert not {"run", "job", "source"} & outside.keys()


@pytest.mark.django_db
def test_request_is_one_line_without_its_query(lines: Lines, signed_in: SignIn, analyst: User) -> None:
    response = signed_in(analyst).get("/search/", {"q": SECRET})
    line = next(line for line in lines.all() if line["event"] == "request")
    assert line.pop("seconds")
    assert line.pop("timestamp")
    assert line == {
        "event": "request",
        "method": "GET",
        "path": "/search/",
        "view": "search:results",
        "status": 200,
        "person": analyst.pk,
        "request_id": response.headers["X-Request-ID"],
        "level": "info",
        "logger": "portal.requests",
    }
    assert SECRET not in lines.stream.getvalue()


@pytest.mark.django_db
def test_sign_in_tells_neither_password_nor_cookies(lines: Lines, client: Client) -> None:
    client.post(reverse("people:sign_in"), {"username": "somebody@atrium.example", "password": SECRET})
    client.cookies["sessionid"] = SECRET
    client.get("/", headers={"authorization": f"Bearer {SECRET}"})
    assert [line["path"] for line in lines.all() if line["event"] == "request"] == ["/sign-in/", "/"]
    assert SECRET not in lines.stream.getvalue()


@pytest.mark.django_db
def test_token_in_a_path_is_empty(lines: Lines, client: Client) -> None:
    client.get(reverse("people:set_password", kwargs={"uidb64": "MQ", "token": SECRET}))
    line = next(line for line in lines.all() if line["event"] == "request")
    assert line["path"] == f"/set-password/MQ/{redaction.HIDDEN}/"
    assert SECRET not in lines.stream.getvalue()


def test_path_in_a_line_of_the_framework_is_safe_too(lines: Lines) -> None:
    request = RequestFactory().get(f"/set-password/MQ/{SECRET}/")

    def view(request: HttpRequest) -> HttpResponse:
        request.resolver_match = resolve(request.path)
        return HttpResponse()

    Observed(view)(request)
    logging.getLogger("django.request").error(
        "%s: %s", "Internal Server Error", request.path, extra={"request": request, "status_code": 500}
    )
    assert [line["event"] for line in lines.all()][-1] == f"Internal Server Error: /set-password/MQ/{redaction.HIDDEN}/"
