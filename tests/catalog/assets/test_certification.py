"""Certifying and deprecating."""

import pytest

from access.people.models import User
from catalog.assets.actions import certify, deprecate, follow, withdraw
from catalog.assets.models import Asset
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.kit.models import Notification, OutboxMessage
from tests.factories.catalog import make_asset, make_domain

pytestmark = pytest.mark.django_db


def _state(asset: Asset) -> tuple[str, str]:
    row = Asset.objects.get(pk=asset.pk)
    return row.certification, row.certification_note


def test_a_steward_certifies_deprecates_and_withdraws(steward: User, analyst: User) -> None:
    asset = make_asset("orders")
    follow(asset=asset, by=analyst)
    certify(asset=asset, note="Reconciled monthly", by=steward)
    assert _state(asset) == ("certified", "Reconciled monthly")
    deprecate(asset=asset, note="Use sales.orders_v2", by=steward)
    assert _state(asset) == ("deprecated", "Use sales.orders_v2")
    withdraw(asset=asset, by=steward)
    assert _state(asset) == ("none", "")
    verbs = list(Event.objects.order_by("occurred_at").values_list("verb", flat=True))
    assert verbs == ["asset.certified", "asset.deprecated", "asset.certification_withdrawn"]
    texts = list(Notification.objects.order_by("pk").values_list("text", flat=True))
    assert texts == [
        f"Stella Ward certified {asset.path}: Reconciled monthly",
        f"Stella Ward deprecated {asset.path}: Use sales.orders_v2",
        f"{asset.path} is no longer deprecated",
    ]
    assert OutboxMessage.objects.count() == 3
    assert Asset.history.filter(id=asset.pk).latest().history_user == steward


def test_a_deprecation_says_why(steward: User) -> None:
    asset = make_asset()
    with pytest.raises(Invalid):
        deprecate(asset=asset, note=" ", by=steward)
    with pytest.raises(Invalid):
        certify(asset=asset, note="x" * 301, by=steward)
    assert _state(asset) == ("none", "")


def test_nothing_to_withdraw_is_a_conflict(steward: User) -> None:
    with pytest.raises(Conflict):
        withdraw(asset=make_asset(), by=steward)
    assert not Event.objects.exists()


def test_an_analyst_certifies_nothing(analyst: User) -> None:
    asset = make_asset()
    with pytest.raises(NotAllowed):
        certify(asset=asset, by=analyst)
    assert _state(asset) == ("none", "")
    assert not Event.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_hidden_asset_is_not_certified(steward: User) -> None:
    hidden = make_asset(domain=make_domain(is_private=True))
    with pytest.raises(NotFound):
        certify(asset=hidden, by=steward)
    assert _state(hidden) == ("none", "")


def test_a_follower_who_lost_sight_is_not_told(steward: User, analyst: User) -> None:
    domain = make_domain()
    asset = make_asset(domain=domain)
    follow(asset=asset, by=analyst)
    domain.ownerships.create(person=steward, role="owner")
    domain.is_private = True
    domain.save()
    Asset.objects.filter(pk=asset.pk).update(labels=[f"domain:{domain.pk}", f"asset:{asset.pk}"])
    certify(asset=Asset.objects.get(pk=asset.pk), by=steward)
    assert not Notification.objects.exists()
