"""The way in: by password, by one click in the demo only, as the first visitor, by a one-time link."""

import re
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from access.people import one_click
from access.people.links import path_for
from access.people.models import User
from governance.audit.models import Event
from tests.conftest import PASSWORD

FORM = "/sign-in/"


def _post(client: Client, person: User, password: str = PASSWORD, **more: str) -> int:
    return client.post(FORM, {"username": person.email, "password": password, **more}).status_code


def test_password_lets_in_and_is_in_the_ledger(client: Client, analyst: User) -> None:
    assert _post(client, analyst) == 302
    assert client.get("/").status_code == 200
    assert Event.objects.get(verb="person.signed_in").details == {"how": "password"}


def test_address_in_capitals_is_the_same(client: Client, analyst: User) -> None:
    form = {"username": f"  {analyst.email.upper()} ", "password": PASSWORD}
    assert client.post(FORM, form).status_code == 302


def test_wrong_password_says_so_without_telling_which_part(client: Client, analyst: User) -> None:
    wrong = client.post(FORM, {"username": analyst.email, "password": "not it at all"})
    unknown = client.post(FORM, {"username": "nobody@atrium.example", "password": "not it at all"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    sentence = "E-mail address and password don&#x27;t match an account."
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()
    assert [event.details["email"] for event in Event.objects.order_by("occurred_at")] == [
        analyst.email,
        "nobody@atrium.example",
    ]
    assert "not it at all" not in str(list(Event.objects.values()))


def test_closed_account_stays_out(client: Client, analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert _post(client, analyst) == 422
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [("/browse/", "/browse/"), ("https://evil.example/", "/"), ("//evil.example/", "/"), ("javascript:alert(1)", "/")],
)
def test_goes_on_to_pages_of_ours_only(wanted: str, led_to: str, client: Client, analyst: User) -> None:
    form = {"username": analyst.email, "password": PASSWORD, "next": wanted}
    assert client.post(FORM, form).headers["Location"] == led_to
    assert client.get(f"{FORM}?next={quote(wanted)}").headers["Location"] == led_to


def test_session_gets_a_new_key(client: Client, analyst: User) -> None:
    client.get(FORM)
    client.cookies["sessionid"] = "planted0planted0planted0planted0"
    _post(client, analyst)
    assert client.cookies["sessionid"].value != "planted0planted0planted0planted0"


def test_five_wrong_attempts_lock_even_the_right_password_out(
    client: Client, analyst: User, settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    for _ in range(5):
        _post(client, analyst, "not it at all")
    response = client.post(FORM, {"username": analyst.email, "password": PASSWORD})
    assert response.status_code == 429
    assert re.search(r"closed for 15 minutes .* try again at \d\d:\d\d UTC", response.content.decode())
    assert client.get("/").status_code == 302
    assert Event.objects.filter(verb="person.locked_out").count() >= 1


def test_one_click_is_there_in_the_demo_only(client: Client, analyst: User, settings: Settings) -> None:
    one_click.offer([analyst.email])
    try:
        assert client.post("/sign-in/demo/", {"person": analyst.pk}).status_code == 404
        assert client.get("/").status_code == 302
        settings.DEMO = True
        assert analyst.name in client.get(FORM).content.decode()
        assert client.post("/sign-in/demo/", {"person": analyst.pk}).headers["Location"] == "/"
        assert client.get("/").status_code == 200
    finally:
        one_click.offer([])


def test_one_click_opens_nobody_who_is_not_offered(
    client: Client, analyst: User, admin: User, settings: Settings
) -> None:
    settings.DEMO = True
    one_click.offer([analyst.email])
    try:
        assert client.post("/sign-in/demo/", {"person": admin.pk}).status_code == 404
    finally:
        one_click.offer([])


def test_empty_portal_leads_to_the_welcome_page(client: Client, db: None) -> None:
    assert client.get(FORM).headers["Location"] == "/welcome/"
    form = {"name": "Fanny", "email": "fanny@example.com", "password": "a long enough phrase"}
    assert client.post("/welcome/", form).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Client().get("/welcome/").status_code == 404


def test_weak_password_of_the_first_administrator_is_told_at_its_field(client: Client, db: None) -> None:
    response = client.post("/welcome/", {"name": "Fanny", "email": "fanny@example.com", "password": "fanny"})
    assert response.status_code == 422
    assert "too short" in response.content.decode()
    assert not User.objects.exists()


def test_welcome_page_is_gone_once_there_is_somebody(client: Client, analyst: User) -> None:
    form = {"name": "Eve", "email": "eve@example.com", "password": "a long enough phrase"}
    assert client.post("/welcome/", form).status_code == 404
    assert User.objects.count() == 1


def test_one_time_link_sets_a_password_once(client: Client, db: None) -> None:
    person = User.objects.create_user("new@atrium.example", None, name="New Comer")
    link = path_for(person)
    form_url = client.get(link).headers["Location"]
    new = "a long enough phrase"
    assert client.post(form_url, {"new_password1": new, "new_password2": new}).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert "used already" in Client().get(link).content.decode()


def test_sign_out_closes_the_session(client: Client, analyst: User) -> None:
    _post(client, analyst)
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/").status_code == 302
    assert Event.objects.filter(verb="person.signed_out", actor_id=analyst.pk).count() == 1
