"""The inbox: read by opening, one by one, or all at once; always only one's own."""

from collections.abc import Callable

import pytest
from django.test import Client

from access.people.models import User
from portal.kit.models import Notification
from portal.kit.notify import notify, unread

SignedIn = Callable[[User], Client]


def _told(person: User, *, url: str = "/browse/", key: str = "k") -> Notification:
    notify([person.pk], kind="test", key=key, text="orders has changed", url=url)
    return Notification.objects.get(recipient=person, key=key)


def test_opening_marks_as_read_and_goes_on(analyst: User, signed_in: SignedIn) -> None:
    told, client = _told(analyst), signed_in(analyst)
    assert f'href="/notifications/{told.pk}/"' in client.get("/notifications/").content.decode()
    assert client.get(f"/notifications/{told.pk}/").headers["Location"] == "/browse/"
    assert unread(analyst) == 0
    assert f'href="/notifications/{told.pk}/"' not in client.get("/notifications/").content.decode()


def test_looking_without_opening_leaves_it_unread(analyst: User, signed_in: SignedIn) -> None:
    told = _told(analyst)
    signed_in(analyst).head(f"/notifications/{told.pk}/")
    assert unread(analyst) == 1


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_it_leads_only_to_our_own_pages(url: str, analyst: User, signed_in: SignedIn) -> None:
    told = _told(analyst, url=url)
    assert signed_in(analyst).get(f"/notifications/{told.pk}/").headers["Location"] == "/notifications/"


def test_those_of_others_are_not_there(analyst: User, steward: User, signed_in: SignedIn) -> None:
    told = _told(steward)
    assert signed_in(analyst).get(f"/notifications/{told.pk}/").status_code == 404
    signed_in(analyst).post("/notifications/read/", {"id": told.pk})
    assert unread(steward) == 1


def test_badge_counts_what_is_unread(analyst: User, signed_in: SignedIn) -> None:
    client = signed_in(analyst)
    assert client.get("/notifications/badge/").content.strip() == b""
    first = _told(analyst)
    for number in range(99):
        _told(analyst, key=f"k{number}")
    assert "99+" in client.get("/notifications/badge/").content.decode()
    client.post("/notifications/read/", {"id": first.pk})
    assert ">99</span>" in client.get("/notifications/badge/").content.decode()
    client.post("/notifications/read/")
    assert unread(analyst) == 0


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 40, ""])
def test_odd_ids_mark_nothing(odd: str, analyst: User, signed_in: SignedIn) -> None:
    _told(analyst)
    assert signed_in(analyst).post("/notifications/read/", {"id": odd}).status_code == 302
    assert unread(analyst) == 1


def test_inbox_shows_all_or_what_is_unread(analyst: User, signed_in: SignedIn) -> None:
    client = signed_in(analyst)
    assert "No notifications yet" in client.get("/notifications/").content.decode()
    _told(analyst)
    client.post("/notifications/read/")
    assert "orders has changed" in client.get("/notifications/").content.decode()
    assert "Nothing unread" in client.get("/notifications/?show=unread").content.decode()
