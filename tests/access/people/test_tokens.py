"""API tokens: shown once, kept as digests, ended at once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from access.people.actions import tokens
from access.people.models import ApiToken, User
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed

ME = "/api/v1/sources/"


def _status(secret: str) -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return int(client.get(ME).status_code)


def test_token_signs_its_owner_in(analyst: User) -> None:
    _, secret = tokens.make(by=analyst, name="export", days=30)
    assert _status(secret) == 200


def test_only_the_digest_is_kept(analyst: User) -> None:
    token, secret = tokens.make(by=analyst, name="export", days=None)
    kept = " ".join(str(value) for value in ApiToken.objects.filter(pk=token.pk).values().get().values())
    assert secret not in kept
    assert secret.startswith(token.hint)
    assert secret not in str(list(Event.objects.values()))


@pytest.mark.parametrize(
    "end",
    [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}],
    ids=lambda end: next(iter(end)),
)
def test_ended_token_is_refused_with_a_problem(analyst: User, end: dict[str, object]) -> None:
    token, secret = tokens.make(by=analyst, name="export", days=30)
    ApiToken.objects.filter(pk=token.pk).update(**end)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    response = client.get(ME)
    assert response.status_code == 401
    assert response.json() == {
        "code": "authentication_failed",
        "detail": "This token does not work: it is unknown, revoked or has expired.",
    }
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Atrium"'


@pytest.mark.parametrize("secret", ["", "atr_unknown", "atr_é", "x y", "other"])
def test_anything_else_is_refused(secret: str, db: None) -> None:
    assert _status(secret) == 401


def test_token_of_a_closed_account_is_refused(analyst: User) -> None:
    _, secret = tokens.make(by=analyst, name="export", days=30)
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert _status(secret) == 401


def test_use_is_noted_once_a_minute(analyst: User) -> None:
    token, secret = tokens.make(by=analyst, name="export", days=30)
    assert tokens.owner_of(secret) == (analyst, token)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    assert first is not None
    tokens.owner_of(secret)
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first


def test_owner_and_administrator_revoke_and_nobody_else(analyst: User, steward: User, admin: User) -> None:
    token, secret = tokens.make(by=analyst, name="export", days=30)
    with pytest.raises(NotAllowed):
        tokens.revoke(token, by=steward)
    assert _status(secret) == 200
    tokens.revoke(token, by=admin)
    assert _status(secret) == 401
    assert Event.objects.get(verb="token.revoked").actor_id == admin.pk


def test_name_is_needed_and_the_number_is_bounded(analyst: User) -> None:
    with pytest.raises(Invalid):
        tokens.make(by=analyst, name="  ", days=30)
    for number in range(20):
        tokens.make(by=analyst, name=f"token {number}", days=30)
    with pytest.raises(Conflict):
        tokens.make(by=analyst, name="one too many", days=30)
    assert analyst.api_tokens.count() == 20
