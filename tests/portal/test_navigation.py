"""The navigation shows what exists and may be seen, and where one is."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from access.people.models import User
from portal import navigation
from portal.navigation import Group, Navigation, Place

GROUPS = (
    Group("One", (Place("Inbox", "kit:notifications", "bell"), Place("Ghost", "no:such", "ghost"))),
    Group("Two", (Place("Gallery", "portal:gallery", "swatch-book", permission="kit.view_gallery"),)),
)


@pytest.fixture(autouse=True)
def _two_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "GROUPS", GROUPS)


def asked(path: str, person: User) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = person
    request.resolver_match = resolve(path)
    return request


def shown(path: str, person: User) -> Navigation:
    return navigation.navigation(asked(path, person))


def labels(nav: Navigation) -> list[tuple[str, list[str]]]:
    return [(group.label, [place.label for place in group.places]) for group in nav.groups]


def test_places_without_an_address_or_a_permission_are_left_out(admin: User, analyst: User) -> None:
    assert labels(shown("/notifications/", admin)) == [("One", ["Inbox"]), ("Two", ["Gallery"])]
    assert labels(shown("/notifications/", analyst)) == [("One", ["Inbox"])]


def test_a_page_below_a_place_lies_in_its_section(admin: User) -> None:
    nav = shown("/ui/job/", admin)
    assert nav.current == GROUPS[1].places[0]
    assert nav.section == "Gallery"


def test_the_place_itself_is_no_section_of_itself(admin: User) -> None:
    assert shown("/ui/", admin).section == ""


def test_a_page_elsewhere_belongs_to_its_room(admin: User) -> None:
    nav = shown("/palette/", admin)
    assert nav.current is not None
    assert nav.current.view == "portal:gallery"


def test_palette_offers_only_visible_places(admin: User, analyst: User) -> None:
    assert [item.url for item in navigation.palette_items(asked("/palette/", admin), "GALL")] == ["/ui/"]
    assert list(navigation.palette_items(asked("/palette/", analyst), "gall")) == []


def test_strangers_get_no_navigation() -> None:
    assert navigation.context(RequestFactory().get("/")) == {"nav": None, "unread": 0}
