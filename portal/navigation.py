"""The side navigation: what is where, in which group, and who sees it. Also the roof's offer to the palette."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject

from portal.kit.notify import unread
from portal.kit.palette import PaletteItem
from portal.kit.people import signed_in


@dataclass(frozen=True)
class Place:
    """A page of the navigation, shown to those who hold the permission (to everybody when it is empty)."""

    label: str
    view: str
    icon: str
    permission: str = ""
    keys: str = ""

    @property
    def url(self) -> str:
        """Return the address, or nothing while the room has none."""
        return _address(self.view, get_urlconf())

    @property
    def room(self) -> str:
        """Return the namespace of the place."""
        return self.view.partition(":")[0]


@dataclass(frozen=True)
class Group:
    """Places under one heading."""

    label: str
    places: tuple[Place, ...]


GROUPS = (
    Group("Discover", (
        Place("Home", "portal:home", "house", keys="g h"),
        Place("Search", "search:results", "search", keys="g s"),
        Place("Saved searches", "search:saved", "bookmark"),
        Place("Columns", "search:columns", "columns-3"),
        Place("Browse", "assets:browse", "folder-tree", keys="g b"),
        Place("Domains", "assets:domains", "boxes"),
    )),
    Group("Govern", (
        Place("Search dictionary", "search:dictionary", "book-a"),
        Place("Search analytics", "search:analytics", "chart-column", permission="search.view_analytics"),
        Place("Audit log", "audit:log", "scroll-text", permission="audit.view_log"),
    )),
    Group("Operate", (
        Place("Sources", "sources:list", "database"),
        Place("Harvests", "harvest:runs", "refresh-cw", permission="harvest.view_runs"),
        Place("Change review", "harvest:reviews", "list-checks", permission="harvest.review_changes"),
        Place("Search index", "search:index", "layers", permission="search.manage_index"),
        Place("Dead letters", "kit:dead_letters", "mail-warning", permission="kit.manage_dead_letters"),
    )),
    Group("Administer", (
        Place("Search ranking", "search:ranking", "list-ordered", permission="search.tune_ranking"),
        Place("People", "people:list", "users", permission="people.manage_people"),
        Place("Teams", "people:teams", "users-round", permission="people.manage_people"),
        Place("Roles", "people:roles", "shield-check", permission="people.manage_people"),
        Place("API", "api:docs", "braces"),
        Place("Components", "portal:gallery", "swatch-book", permission="kit.view_gallery"),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Navigation:
    """What a page shows of the navigation: groups, where we are, and the name of that section for the title."""

    groups: list[Group]
    current: Place | None
    section: str


def context(request: HttpRequest) -> dict[str, Any]:
    """Give every template `nav` and `unread`; neither costs anything until it is used."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"nav": None, "unread": 0}
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "unread": SimpleLazyObject(lambda: unread(signed_in(request))),
    }


def navigation(request: HttpRequest) -> Navigation:
    """Return what the person may see, and where the request is in it."""
    groups = [group for group in (_allowed(request, each) for each in GROUPS) if group.places]
    places = [place for group in groups for place in group.places]
    current = _current(request, places)
    section = current.label if current and request.path != current.url else ""
    return Navigation(groups, current, section)


def palette_items(request: HttpRequest, text: str) -> Iterator[PaletteItem]:
    """Offer the pages whose name holds the text."""
    wanted = text.casefold().strip()
    for group in navigation(request).groups:
        for place in group.places:
            if wanted in place.label.casefold():
                yield PaletteItem(place.label, place.url, place.icon, hint=group.label)


def _allowed(request: HttpRequest, group: Group) -> Group:
    person = signed_in(request)
    places = (place for place in group.places if not place.permission or person.has_perm(place.permission))
    return Group(group.label, tuple(place for place in places if place.url))


def _current(request: HttpRequest, places: list[Place]) -> Place | None:
    """Prefer the longest address the page lies under; otherwise the first place of its room. One's account is none."""
    under = [
        place
        for place in places
        if request.path == place.url or (place.url != "/" and request.path.startswith(place.url))
    ]
    if under:
        return max(under, key=lambda place: len(place.url))
    room = request.resolver_match.namespace if request.resolver_match else ""
    if request.path.startswith("/account/"):
        return None
    return next((place for place in places if place.room == room and place.url != "/"), None)


@lru_cache(maxsize=256)
def _address(view: str, urlconf: str | None) -> str:
    try:
        return reverse(view, urlconf=urlconf)
    except NoReverseMatch:
        return ""
