"""Teams: only administrators change them, what changes is in the ledger, and what a team was given acts at once."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from guardian.models import GroupObjectPermission
from guardian.shortcuts import assign_perm

from access.people import queries
from access.people.actions import teams
from access.people.models import User
from catalog.assets.models import Asset, Ownership
from governance.audit.models import Event
from portal.kit.errors import Invalid, NotAllowed
from tests.factories.catalog import make_asset, make_domain, make_schema


@pytest.fixture
def finance(admin: User) -> Group:
    return teams.create(by=admin, name="  Finance ")


def _told(verb: str) -> list[tuple[str, dict[str, object]]]:
    return list(Event.objects.filter(verb=verb).values_list("object_name", "details"))


def test_every_change_is_in_the_ledger(admin: User, analyst: User, finance: Group) -> None:
    teams.add(finance, analyst, by=admin)
    teams.rename(finance, by=admin, name=" Money ")
    finance.refresh_from_db()
    teams.remove(finance, analyst, by=admin)
    teams.delete(finance, by=admin)
    assert _told("team.created") == [("Finance", {})]
    assert _told("team.joined") == [("Finance", {"member": "Ana Lyst", "person": analyst.pk})]
    assert _told("team.renamed") == [("Money", {"before": "Finance", "after": "Money"})]
    assert _told("team.left") == [("Money", {"member": "Ana Lyst", "person": analyst.pk})]
    assert _told("team.deleted") == [("Money", {"members": 0})]


def test_what_changes_nothing_is_not_in_the_ledger(admin: User, analyst: User, finance: Group) -> None:
    teams.add(finance, analyst, by=admin)
    before = Event.objects.count()
    teams.add(finance, analyst, by=admin)
    teams.rename(finance, by=admin, name=" Finance ")
    teams.remove(finance, admin, by=admin)
    assert Event.objects.count() == before
    assert list(finance.user_set.all()) == [analyst]


@pytest.mark.parametrize("name", ["", "   ", "Sales", " Sales "])
def test_empty_and_taken_names_are_refused(name: str, admin: User, finance: Group) -> None:
    teams.create(by=admin, name="Sales")
    before = Event.objects.count()
    with pytest.raises(Invalid) as refused:
        teams.rename(finance, by=admin, name=name)
    assert refused.value.field == "name"
    with pytest.raises(Invalid):
        teams.create(by=admin, name=name)
    finance.refresh_from_db()
    assert (finance.name, Group.objects.count(), Event.objects.count()) == ("Finance", 2, before)


@pytest.mark.parametrize(
    "change",
    [
        lambda team, person, by: teams.rename(team, by=by, name="Mine"),
        lambda team, person, by: teams.add(team, by, by=by),
        lambda team, person, by: teams.remove(team, person, by=by),
        lambda team, person, by: teams.delete(team, by=by),
        lambda team, person, by: teams.create(by=by, name="Mine"),
    ],
)
@pytest.mark.parametrize("who", ["steward", "officer", "engineer", "outsider"])
def test_all_others_change_nothing(
    change: Callable[[Group, User, User], object],
    who: str,
    request: pytest.FixtureRequest,
    admin: User,
    analyst: User,
    finance: Group,
) -> None:
    teams.add(finance, analyst, by=admin)
    before = Event.objects.count()
    with pytest.raises(NotAllowed):
        change(finance, analyst, request.getfixturevalue(who))
    assert list(Group.objects.values_list("name", "user")) == [("Finance", analyst.pk)]
    assert Event.objects.count() == before


def test_members_see_what_the_team_was_admitted_to_while_they_belong_to_it(
    admin: User, analyst: User, finance: Group
) -> None:
    secret = make_domain("Secret", is_private=True)
    ledger = make_asset("ledger", schema=make_schema(domain=secret))
    assign_perm("assets.view_domain", finance, secret)

    def seen() -> bool:
        return Asset.objects.visible_to(User.objects.get(pk=analyst.pk)).filter(pk=ledger.pk).exists()

    assert not seen()
    teams.add(finance, analyst, by=admin)
    assert seen()
    teams.remove(finance, analyst, by=admin)
    assert not seen()


def test_a_deleted_team_leaves_its_people_and_takes_its_rights_along(
    admin: User, analyst: User, finance: Group
) -> None:
    secret = make_domain("Secret", is_private=True)
    assign_perm("assets.view_domain", finance, secret)
    Ownership.objects.create(domain=secret, role="steward", team=finance)
    teams.add(finance, analyst, by=admin)
    teams.delete(finance, by=admin)
    assert User.objects.filter(pk=analyst.pk, is_active=True).exists()
    assert not GroupObjectPermission.objects.exists()
    assert not Ownership.objects.exists()


def test_lists_count_open_accounts_and_suggest_only_who_is_outside(admin: User, analyst: User, steward: User) -> None:
    finance = teams.create(by=admin, name="Finance")
    teams.add(finance, analyst, by=admin)
    teams.add(finance, steward, by=admin)
    User.objects.filter(pk=steward.pk).update(is_active=False)
    assert [(team.name, team.members) for team in queries.teams()] == [("Finance", 1)]  # type: ignore[attr-defined]  # annotated
    assert list(queries.members_of(finance)) == [analyst, steward]
    assert list(queries.outside_of(finance, "atrium.example")) == [admin]
