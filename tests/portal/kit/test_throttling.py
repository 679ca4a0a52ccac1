"""The API goes on when the counters can't be reached."""

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as Unreachable

from access.people.models import User


def test_counters_that_are_away_do_not_shut_the_api(
    analyst: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **options: object) -> None:
        raise Unreachable("Connection refused")

    client.force_login(analyst, backend="access.people.backends.RoleBackend")
    monkeypatch.setattr(cache, "get", away)
    assert client.get("/api/v1/me/").status_code == 200


def test_scarce_operations_stay_open_too(admin: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **options: object) -> None:
        raise Unreachable("Connection refused")

    client.force_login(admin, backend="access.people.backends.RoleBackend")
    monkeypatch.setattr(cache, "get", away)
    answer = client.post(f"/api/v1/people/{admin.pk}/link/", content_type="application/json")
    assert answer.status_code in {200, 201}
