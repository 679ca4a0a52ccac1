"""Administering people holds when two do it at once, and each change is in the ledger with what it was before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from access.people.actions import administration, signing_in, teams
from access.people.effective import abilities, sights
from access.people.models import User
from access.people.roles import Role
from catalog.assets.models import Ownership
from governance.audit.models import Event
from portal.kit.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_domain
from tests.factories.company import admit


def _at_once(*works: Callable[[], object]) -> list[str]:
    """Begin all works at the same moment, each on a connection of its own; return how they ended."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], object]) -> str:
        barrier.wait(timeout=30)
        try:
            work()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_once_do_not_both_go() -> None:
    first, second = make_person("First", Role.ADMINISTRATOR), make_person("Second", Role.ADMINISTRATOR)
    ended = _at_once(
        lambda: administration.set_roles(first, by=second, roles=[]),
        lambda: administration.deactivate(second, by=first),
    )
    left = User.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).count()
    assert (ended, left) == (["done", "last_administrator"], 1)


@pytest.mark.django_db(transaction=True)
def test_two_first_visitors_make_one_administrator() -> None:
    ended = _at_once(
        lambda: signing_in.found(name="One", email="one@example.com", password="a long enough phrase"),
        lambda: signing_in.found(name="Two", email="two@example.com", password="a long enough phrase"),
    )
    assert (ended, User.objects.count()) == (["done", "not_found"], 1)


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_make_one_person() -> None:
    admin = make_person("Ada Min", Role.ADMINISTRATOR)
    ended = _at_once(
        lambda: administration.invite(by=admin, name="New", email="new@example.com"),
        lambda: administration.invite(by=admin, name="New", email="New@Example.com"),
    )
    assert (ended, User.objects.filter(email="new@example.com").count()) == (["done", "invalid"], 1)


def test_changes_are_in_the_ledger_with_before_and_after(admin: User, analyst: User) -> None:
    sales = teams.create(by=admin, name="Sales")
    administration.set_roles(analyst, by=admin, roles=["steward", "analyst"])
    administration.set_teams(analyst, by=admin, teams=[sales])
    administration.correct(analyst, by=admin, name="Ana L", email=analyst.email)
    details = dict(Event.objects.filter(object_id=str(analyst.pk)).values_list("verb", "details"))
    assert details["person.roles_changed"] == {"before": ["analyst"], "after": ["analyst", "steward"]}
    assert details["person.teams_changed"] == {"before": [], "after": ["Sales"]}
    assert (details["person.corrected"]["before"]["name"], details["person.corrected"]["after"]["name"]) == (
        "Ana Lyst",
        "Ana L",
    )


def test_what_changes_nothing_is_not_in_the_ledger(admin: User, analyst: User) -> None:
    before = Event.objects.count()
    administration.set_roles(analyst, by=admin, roles=["analyst", "analyst"])
    administration.set_teams(analyst, by=admin, teams=[])
    administration.correct(analyst, by=admin, name=analyst.name, email=analyst.email.upper())
    administration.activate(analyst, by=admin)
    assert Event.objects.count() == before


def test_an_administrator_beside_others_may_leave(admin: User) -> None:
    other = make_person("Other", Role.ADMINISTRATOR)
    administration.deactivate(admin, by=other)
    admin.refresh_from_db()
    assert not admin.is_active
    with pytest.raises(Conflict):
        administration.set_roles(other, by=other, roles=[Role.ANALYST])
    administration.set_roles(admin, by=other, roles=[])
    assert User.objects.get(pk=other.pk).roles == ["administrator"]


@pytest.mark.parametrize(
    "change",
    [
        lambda person, by: administration.invite(by=by, name="Eve", email="eve@example.com"),
        lambda person, by: administration.correct(person, by=by, name="X", email="x@example.com"),
        lambda person, by: administration.make_link(person, by=by),
        lambda person, by: administration.end_sessions(person, by=by),
        lambda person, by: administration.set_roles(person, by=by, roles=["administrator"]),
        lambda person, by: administration.set_teams(person, by=by, teams=[]),
        lambda person, by: administration.deactivate(person, by=by),
        lambda person, by: administration.activate(person, by=by),
        lambda person, by: teams.create(by=by, name="X"),
    ],
)
def test_only_administrators_change_anything(
    change: Callable[[User, User], object], analyst: User, officer: User
) -> None:
    before = User.objects.filter(pk=analyst.pk).values().get()
    with pytest.raises(NotAllowed):
        change(analyst, officer)
    assert User.objects.filter(pk=analyst.pk).values().get() == before
    assert (Event.objects.count(), User.objects.count(), Group.objects.count()) == (0, 2, 0)


def test_unknown_roles_and_people_are_refused(admin: User, analyst: User) -> None:
    with pytest.raises(Invalid):
        administration.set_roles(analyst, by=admin, roles=["superuser"])
    gone = User(pk=987_654, email="gone@example.com")
    with pytest.raises(NotFound):
        administration.set_roles(gone, by=admin, roles=[])


def test_abilities_name_every_role_that_gives_them(admin: User) -> None:
    both = make_person("Both", Role.STEWARD, Role.OFFICER)
    origins = {one.permission: one.origins for one in abilities(both)}
    assert origins["harvest.view_runs"] == ("Steward", "Compliance officer")
    assert origins["audit.view_log"] == ("Compliance officer",)
    assert "people.manage_people" not in origins
    administration.deactivate(both, by=admin)
    both.refresh_from_db()
    assert abilities(both) == []


def test_sights_come_by_name_by_team_and_by_what_one_answers_for(admin: User, analyst: User) -> None:
    team = teams.create(by=admin, name="Finance")
    teams.add(team, analyst, by=admin)
    both_ways, by_team = make_domain("Both ways", is_private=True), make_domain("By team", is_private=True)
    asset = make_asset("ledger")
    admit(analyst, both_ways)
    admit(team, both_ways)  # type: ignore[arg-type]  # a team
    Ownership.objects.create(domain=by_team, role="steward", team=team)
    Ownership.objects.create(asset=asset, role="owner", person=analyst)
    found = {str(one.thing): one.origins for one in sights(analyst)}
    assert found == {
        str(asset): ["accountable owner"],
        "Both ways": ["admitted by name", "team Finance"],
        "By team": ["steward, by team Finance"],
    }
    teams.delete(team, by=admin)
    analyst = User.objects.get(pk=analyst.pk)
    assert {str(one.thing) for one in sights(analyst)} == {str(asset), "Both ways"}
