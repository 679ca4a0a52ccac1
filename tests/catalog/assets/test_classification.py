"""Saying how sensitive an asset is."""

import pytest

from access.people.models import User
from catalog.assets.actions import classify, declassify, follow
from catalog.assets.models import Asset, Sensitivity
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.kit.models import Notification, OutboxMessage
from tests.factories.catalog import make_asset, make_domain

pytestmark = pytest.mark.django_db


def _state(asset: Asset) -> tuple[str, str]:
    row = Asset.objects.get(pk=asset.pk)
    return row.sensitivity, row.sensitivity_note


def test_a_level_is_raised_lowered_and_taken_back(steward: User, officer: User, analyst: User) -> None:
    asset = make_asset("people")
    follow(asset=asset, by=analyst)
    classify(asset=asset, sensitivity=Sensitivity.INTERNAL, by=steward)
    classify(asset=asset, sensitivity=Sensitivity.RESTRICTED, note="Holds diagnoses", by=officer)
    assert _state(asset) == ("restricted", "Holds diagnoses")
    classify(asset=asset, sensitivity=Sensitivity.CONFIDENTIAL, note="Diagnoses are gone", by=officer)
    declassify(asset=asset, note="It is empty", by=officer)
    assert _state(asset) == ("", "")

    events = Event.objects.order_by("pk").values_list("verb", "reason", "details__before__sensitivity")
    assert sorted(events) == [
        ("asset.classified", "", "not classified"),
        ("asset.classified", "Diagnoses are gone", "restricted"),
        ("asset.classified", "Holds diagnoses", "internal"),
        ("asset.declassified", "It is empty", "confidential"),
    ]
    texts = set(Notification.objects.values_list("text", flat=True))
    assert texts == {
        f"Stella Ward classified {asset.path} as internal",
        f"Otto Ficer classified {asset.path} as restricted: Holds diagnoses",
        f"Otto Ficer classified {asset.path} as confidential: Diagnoses are gone",
        f"{asset.path} is no longer classified: It is empty",
    }
    assert OutboxMessage.objects.filter(topic="asset.changed").count() == 4
    levels = list(Asset.history.filter(id=asset.pk).order_by("history_id").values_list("sensitivity", flat=True))
    assert levels == ["", "internal", "restricted", "confidential", ""]


def test_lowering_a_level_needs_a_reason(steward: User) -> None:
    asset = make_asset(sensitivity="restricted")
    with pytest.raises(Invalid):
        classify(asset=asset, sensitivity=Sensitivity.PUBLIC, note=" ", by=steward)
    with pytest.raises(Invalid):
        declassify(asset=asset, note="", by=steward)
    with pytest.raises(Invalid):
        classify(asset=asset, sensitivity=Sensitivity.PUBLIC, note="x" * 301, by=steward)
    assert _state(asset) == ("restricted", "")
    assert not Event.objects.exists()


def test_saying_the_same_again_is_a_conflict(steward: User) -> None:
    asset = make_asset(sensitivity="internal")
    with pytest.raises(Conflict):
        classify(asset=asset, sensitivity=Sensitivity.INTERNAL, by=steward)
    with pytest.raises(Conflict):
        declassify(asset=make_asset(), note="No reason", by=steward)
    assert not Event.objects.exists()


def test_who_only_answers_for_an_asset_does_not_classify_it(analyst: User) -> None:
    asset = make_asset()
    asset.ownerships.create(person=analyst, role="owner")
    with pytest.raises(NotAllowed):
        classify(asset=asset, sensitivity=Sensitivity.PUBLIC, by=analyst)
    assert _state(asset) == ("", "")
    assert not OutboxMessage.objects.exists()


def test_a_hidden_asset_is_not_classified(steward: User) -> None:
    hidden = make_asset(domain=make_domain(is_private=True))
    with pytest.raises(NotFound):
        classify(asset=hidden, sensitivity=Sensitivity.PUBLIC, by=steward)
    assert _state(hidden) == ("", "")
