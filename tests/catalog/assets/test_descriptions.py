"""Describing: layers, the lock, history, restoring, and who may."""

import pytest

from access.people.models import User
from catalog.assets.actions import Outdated, describe, follow, restore
from catalog.assets.models import Description, Layer
from catalog.assets.queries.descriptions import description_of, description_of_column, descriptions_of_columns
from catalog.assets.queries.edits import edits_of
from governance.audit.models import Event
from portal.kit.errors import Invalid, NotAllowed, NotFound
from portal.kit.models import Notification, OutboxMessage
from tests.factories.catalog import make_asset, make_domain

pytestmark = pytest.mark.django_db


def test_the_strongest_layer_shows_and_the_others_stay() -> None:
    asset = make_asset(comment="From the source")
    for layer in (Layer.SUGGESTED, Layer.PROPAGATED):
        Description.objects.create(asset=asset, layer=layer, text=str(layer.label))
    assert [layer.layer for layer in description_of(asset).layers] == ["harvested", "propagated", "suggested"]
    Description.objects.create(asset=asset, text="By a person")
    resolved = description_of(asset)
    assert [layer.text for layer in resolved.layers] == ["By a person", "From the source", "From upstream", "Suggested"]
    assert (resolved.version, resolved.human_text) == (1, "By a person")


def test_a_steward_describes_and_everything_follows(steward: User, analyst: User) -> None:
    asset = make_asset(comment="From the source")
    for person in (steward, analyst):
        follow(asset=asset, by=person)
    describe(asset=asset, text="  One row\r\nan order. ", version=0, by=steward)
    row = Description.objects.get()
    assert (row.text, row.version, row.edited_by) == ("One row\nan order.", 1, steward)
    event = Event.objects.get()
    assert (event.verb, event.actor_id, event.details["before"]) == ("asset.described", steward.pk, {"description": ""})
    assert OutboxMessage.objects.get().key == str(asset.pk)
    assert [note.recipient_id for note in Notification.objects.all()] == [analyst.pk]


def test_an_analyst_may_not_and_nothing_happens(analyst: User) -> None:
    asset = make_asset()
    with pytest.raises(NotAllowed, match="Only stewards and people who answer for"):
        describe(asset=asset, text="Mine", version=0, by=analyst)
    assert not Description.objects.exists()
    assert not Event.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_whoever_answers_for_the_domain_may(analyst: User) -> None:
    domain = make_domain()
    asset = make_asset(domain=domain)
    domain.ownerships.create(person=analyst, role="steward")
    assert describe(asset=asset, text="Mine", version=0, by=analyst) is not None


def test_a_custodian_may_not(analyst: User) -> None:
    asset = make_asset()
    asset.ownerships.create(person=analyst, role="custodian")
    with pytest.raises(NotAllowed):
        describe(asset=asset, text="Mine", version=0, by=analyst)


def test_a_hidden_asset_does_not_exist_even_for_stewards(steward: User) -> None:
    hidden = make_asset(domain=make_domain(is_private=True))
    with pytest.raises(NotFound):
        describe(asset=hidden, text="Mine", version=0, by=steward)
    assert not Description.objects.exists()


def test_an_older_version_is_refused_with_the_newer_text(steward: User) -> None:
    asset = make_asset()
    describe(asset=asset, text="First", version=0, by=steward)
    with pytest.raises(Outdated) as caught:
        describe(asset=asset, text="Second", version=0, by=steward)
    assert (caught.value.text, caught.value.version) == ("First", 1)
    assert Description.objects.get().text == "First"


def test_a_removed_and_rewritten_text_is_no_twin_of_the_first(steward: User) -> None:
    asset = make_asset()
    describe(asset=asset, text="First", version=0, by=steward)
    assert describe(asset=asset, text=" ", version=1, by=steward) is None
    assert not Description.objects.exists()
    describe(asset=asset, text="Second", version=0, by=steward)
    assert Description.objects.get().version == 2
    with pytest.raises(Outdated):
        describe(asset=asset, text="Meant for the first", version=1, by=steward)


def test_the_same_text_changes_nothing(steward: User) -> None:
    asset = make_asset()
    describe(asset=asset, text="First", version=0, by=steward)
    describe(asset=asset, text="First", version=1, by=steward)
    assert Description.objects.get().version == 1
    assert Event.objects.count() == 1


@pytest.mark.parametrize("text", ["x" * 20_001, "a\x00b"])
def test_texts_that_do_not_fit_are_refused(text: str, steward: User) -> None:
    with pytest.raises(Invalid):
        describe(asset=make_asset(), text=text, version=0, by=steward)
    assert not Description.objects.exists()


def test_columns_are_described_by_name(steward: User) -> None:
    asset = make_asset(columns=["id", "email"])
    describe(asset=asset, column_name="email", text="Where we write", version=0, by=steward)
    resolved = descriptions_of_columns(asset, asset.columns.all())
    assert {name: one.human_text for name, one in resolved.items()} == {"id": "", "email": "Where we write"}
    with pytest.raises(NotFound, match="has no column phone"):
        describe(asset=asset, column_name="phone", text="x", version=0, by=steward)


def test_a_description_waits_for_its_column(steward: User) -> None:
    asset = make_asset(columns=["email"])
    describe(asset=asset, column_name="email", text="Where we write", version=0, by=steward)
    asset.columns.all().delete()
    resolved = description_of_column(asset, "email")
    assert resolved is not None
    assert resolved.human_text == "Where we write"
    assert description_of_column(asset, "never") is None


def test_an_earlier_text_is_restored_with_who_and_why(steward: User, admin: User) -> None:
    asset = make_asset()
    describe(asset=asset, text="First", version=0, by=steward)
    describe(asset=asset, text="Second", version=1, by=steward)
    first = Description.history.order_by("history_id").first()
    restored = restore(asset=asset, history_id=first.history_id, by=admin)
    assert restored is not None
    assert (restored.text, restored.version) == ("First", 3)
    newest = edits_of(asset, 1).object_list[0]
    assert (newest.by, newest.before, newest.after, newest.is_current) == (admin, "Second", "First", True)
    assert newest.why.startswith("Restored the text of ")
    assert Event.objects.order_by("-occurred_at").values_list("verb", flat=True)[0] == "asset.description_restored"


def test_a_text_of_another_asset_is_not_restored(steward: User) -> None:
    asset, other = make_asset(), make_asset()
    describe(asset=other, text="Theirs", version=0, by=steward)
    with pytest.raises(NotFound):
        restore(asset=asset, history_id=Description.history.get().history_id, by=steward)
    assert not asset.descriptions.exists()


def test_edits_tell_removal_from_rewriting(steward: User) -> None:
    asset = make_asset()
    describe(asset=asset, text="First", version=0, by=steward)
    describe(asset=asset, text="", version=1, by=steward)
    describe(asset=asset, text="Again", version=0, by=steward)
    told = [(edit.before, edit.after, edit.is_current, edit.is_restorable) for edit in edits_of(asset, 1)]
    assert told == [("", "Again", True, False), ("First", "", False, False), ("", "First", False, True)]
