"""The ledger over the API."""

from collections.abc import Callable

import pytest
from django.test import Client

from access.people.models import User
from governance.audit.models import Event
from portal.kit import clock
from tests.governance.audit.events import make_event

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
URL = "/api/v1/audit-events/"


def test_pages_follow_the_moment_and_hold_every_entry_once(officer: User, signed_in: SignedIn) -> None:
    moment = clock.now()
    made = {str(make_event(at=moment).pk) for _ in range(5)}
    client = signed_in(officer)
    seen: list[str] = []
    url: str | None = f"{URL}?limit=2"
    while url:
        answer = client.get(url).json()
        seen += [entry["id"] for entry in answer["results"]]
        url = answer["next"]
    assert len(seen) == 5
    assert set(seen) == made


def test_entries_are_filtered_and_told(officer: User, signed_in: SignedIn) -> None:
    make_event("test.other")
    event = make_event("test.set_right", object_name="orders")
    client = signed_in(officer)
    found = client.get(f"{URL}?verb=test.set_right").json()["results"]
    assert [(entry["id"], entry["sentence"]) for entry in found] == [(str(event.pk), "set right orders")]
    assert client.get(f"{URL}{event.pk}/").json() == found[0]


def test_a_wrong_parameter_is_told(officer: User, signed_in: SignedIn) -> None:
    answer = signed_in(officer).get(f"{URL}?since=yesterday")
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["since"]


def test_nothing_can_be_written(admin: User, signed_in: SignedIn) -> None:
    event = make_event()
    client = signed_in(admin)
    answers = [client.post(URL), client.put(f"{URL}{event.pk}/"), client.delete(f"{URL}{event.pk}/")]
    assert [answer.status_code for answer in answers] == [405, 405, 405]
    assert Event.objects.get() == event


@pytest.mark.parametrize("name", ["analyst", "steward", "engineer", "outsider"])
def test_others_read_nothing(name: str, request: pytest.FixtureRequest, signed_in: SignedIn) -> None:
    event = make_event(object_name="secret")
    client = signed_in(request.getfixturevalue(name))
    for url in (URL, f"{URL}{event.pk}/"):
        answer = client.get(url)
        assert answer.status_code == 403
        assert b"secret" not in answer.content
