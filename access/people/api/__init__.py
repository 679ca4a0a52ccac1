"""People, teams and tokens over the API, under the same rules as the pages."""

from access.people.api.me import MeViewSet
from access.people.api.people import PersonViewSet
from access.people.api.teams import TeamViewSet
from access.people.api.tokens import TokenViewSet
from portal.kit.api import Route

ROUTES: list[Route] = [
    ("me", MeViewSet, "me"),
    ("people", PersonViewSet, "person"),
    ("teams", TeamViewSet, "team"),
    ("tokens", TokenViewSet, "token"),
]
