"""Who may know of which source."""

from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm

from access.people.models import User
from catalog.sources.models import Source
from catalog.sources.queries import visible_source, visible_sources
from tests.factories.catalog import make_source


def names(person: User) -> list[str]:
    return [source.name for source in visible_sources(person)]


def test_everybody_knows_of_open_sources_only_some_of_private_ones(
    outsider: User, analyst: User, steward: User, officer: User, engineer: User, admin: User
) -> None:
    make_source("Open")
    make_source("Secret", is_private=True)
    assert {person.name: names(person) for person in (outsider, analyst, steward, officer, engineer, admin)} == {
        "Oda Side": ["Open"],
        "Ana Lyst": ["Open"],
        "Stella Ward": ["Open"],
        "Otto Ficer": ["Open", "Secret"],
        "Enzo Gineer": ["Open", "Secret"],
        "Ada Min": ["Open", "Secret"],
    }


def test_a_grant_to_a_person_or_a_team_opens_one_source(outsider: User, analyst: User) -> None:
    one, two = make_source("One", is_private=True), make_source("Two", is_private=True)
    team = Group.objects.create(name="Team")
    analyst.groups.add(team)
    assign_perm("sources.view_source", outsider, one)
    assign_perm("sources.view_source", team, two)
    assert (names(outsider), names(analyst)) == (["One"], ["Two"])
    assert visible_source(outsider, two.pk) is None
    assert visible_source(analyst, two.pk) == two


def test_nobody_inactive_knows_of_anything(admin: User) -> None:
    make_source("Open")
    admin.is_active = False
    assert names(admin) == []


def test_a_schedule_is_said_in_words() -> None:
    words = {minutes: Source(harvest_every_minutes=minutes).schedule_words for minutes in (15, 60, 360, 1440, 10080)}
    assert words == {15: "15 minutes", 60: "hour", 360: "6 hours", 1440: "day", 10080: "week"}
