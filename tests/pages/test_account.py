"""One's own account."""

from collections.abc import Callable

import pytest
from django.test import Client

from access.people.models import User
from governance.audit.models import Event

SignIn = Callable[[User], Client]
PROFILE = {"name": "Ana Lyst", "job_title": "Analyst", "time_zone": "Europe/Berlin", "single_key_shortcuts": "on"}


def test_profile_is_changed_and_in_the_ledger(analyst: User, signed_in: SignIn) -> None:
    assert signed_in(analyst).post("/account/", PROFILE | {"time_zone": "europe/berlin"}).status_code == 302
    analyst.refresh_from_db()
    assert (analyst.job_title, analyst.time_zone) == ("Analyst", "Europe/Berlin")
    assert Event.objects.get(verb="person.profile_changed").details["after"] == {
        "job_title": "Analyst",
        "time_zone": "Europe/Berlin",
    }


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Moon/Base"), ("name", "")])
def test_wrong_profile_is_told_at_its_field_and_changes_nothing(
    field: str, value: str, analyst: User, signed_in: SignIn
) -> None:
    response = signed_in(analyst).post("/account/", PROFILE | {field: value})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    analyst.refresh_from_db()
    assert (analyst.name, analyst.time_zone, analyst.job_title) == ("Ana Lyst", "UTC", "")


def test_zones_are_suggested_by_any_part(analyst: User, signed_in: SignIn) -> None:
    text = signed_in(analyst).get("/account/zones/?time_zone=new+york").content.decode()
    assert "America/New_York" in text
    assert "Berlin" not in text
    assert "No time zone" in signed_in(analyst).get("/account/zones/?time_zone=moon").content.decode()


def test_token_is_shown_on_one_answer_only(analyst: User, signed_in: SignIn) -> None:
    client = signed_in(analyst)
    made = client.post("/account/tokens/", {"name": "export", "days": "30"}).content.decode()
    assert "It is shown this once" in made
    secret = made.split('readonly value="')[1].split('"')[0]
    assert secret.startswith("atr_")
    assert secret not in client.get("/account/tokens/").content.decode()


def test_token_of_somebody_else_is_not_revoked(analyst: User, steward: User, signed_in: SignIn) -> None:
    signed_in(analyst).post("/account/tokens/", {"name": "export", "days": ""})
    token = analyst.api_tokens.get()
    assert signed_in(steward).post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
    assert signed_in(analyst).post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
