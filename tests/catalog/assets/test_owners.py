"""Owners: own before the domain's; naming and dismissing."""

import pytest
from django.contrib.auth.models import Group

from access.people.models import User
from catalog.assets.actions import dismiss_owner, name_owner
from catalog.assets.models import Asset, Ownership
from catalog.assets.queries.owners import owners_of
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.kit.models import Notification, OutboxMessage
from tests.factories.catalog import make_asset, make_domain, make_schema

pytestmark = pytest.mark.django_db


def test_the_domains_owners_stand_in_until_there_are_own(steward: User, analyst: User) -> None:
    domain = make_domain()
    asset = make_asset(domain=domain)
    assert owners_of(asset).first is None
    domain.ownerships.create(person=steward, role="owner")
    inherited = owners_of(asset)
    assert (inherited.names, inherited.domain) == ("Stella Ward", domain)
    asset.ownerships.create(person=analyst, role="steward")
    own = owners_of(asset)
    assert (own.names, own.domain) == ("Ana Lyst", None)


def test_a_named_owner_is_told_and_sees(steward: User, analyst: User) -> None:
    domain = make_domain(is_private=True)
    asset = make_asset(domain=domain)
    domain.ownerships.create(person=steward, role="owner")
    name_owner(thing=asset, role="owner", holder=analyst, by=steward)
    assert Asset.objects.visible_to(analyst).filter(pk=asset.pk).exists()
    assert Notification.objects.get().recipient_id == analyst.pk
    assert Event.objects.get().details == {"holder": "Ana Lyst", "role": "accountable owner"}
    assert Ownership.history.latest().history_user == steward


def test_a_team_may_own(steward: User, analyst: User) -> None:
    team = Group.objects.create(name="Sales")
    analyst.groups.add(team)
    asset = make_asset()
    row = name_owner(thing=asset, role="steward", holder=team, by=steward)
    assert (row.team, row.person) == (team, None)
    assert [note.recipient_id for note in Notification.objects.all()] == [analyst.pk]
    assert name_owner(thing=asset, role="owner", holder=steward, by=analyst).pk, "a member of the team may name owners"


def test_twice_is_a_conflict(steward: User, analyst: User) -> None:
    asset = make_asset()
    name_owner(thing=asset, role="owner", holder=analyst, by=steward)
    with pytest.raises(Conflict, match="already accountable owner"):
        name_owner(thing=asset, role="owner", holder=analyst, by=steward)
    assert Ownership.objects.count() == 1


def test_an_unknown_role_and_an_inactive_person_are_refused(steward: User, analyst: User) -> None:
    asset = make_asset()
    with pytest.raises(Invalid):
        name_owner(thing=asset, role="king", holder=analyst, by=steward)
    analyst.is_active = False
    with pytest.raises(Invalid):
        name_owner(thing=asset, role="owner", holder=analyst, by=steward)
    assert not Ownership.objects.exists()


def test_an_analyst_names_nobody(analyst: User) -> None:
    asset = make_asset()
    with pytest.raises(NotAllowed):
        name_owner(thing=asset, role="owner", holder=analyst, by=analyst)
    assert not Ownership.objects.exists()
    assert not Event.objects.exists()


def test_a_steward_does_not_name_owners_of_a_domain(steward: User) -> None:
    domain = make_domain()
    with pytest.raises(NotAllowed):
        name_owner(thing=domain, role="owner", holder=steward, by=steward)
    with pytest.raises(NotFound):
        name_owner(thing=make_domain(is_private=True), role="owner", holder=steward, by=steward)
    assert not Ownership.objects.exists()


def test_owners_of_a_domain_touch_all_its_assets(admin: User, analyst: User) -> None:
    domain = make_domain()
    schema = make_schema(domain=domain)
    assets = [make_asset(schema=schema) for _ in range(3)]
    row = name_owner(thing=domain, role="owner", holder=analyst, by=admin)
    assert {message.key for message in OutboxMessage.objects.all()} == {str(asset.pk) for asset in assets}
    dismiss_owner(ownership=row, by=admin)
    assert not Ownership.objects.exists()
    assert Event.objects.filter(verb="asset.owner_dismissed").count() == 1


def test_an_analyst_dismisses_nobody(analyst: User, steward: User) -> None:
    row = make_asset().ownerships.create(person=steward, role="owner")
    with pytest.raises(NotAllowed):
        dismiss_owner(ownership=row, by=analyst)
    assert Ownership.objects.count() == 1
