"""Recording, and exporting with a trace."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from access.people.models import User
from governance.audit import actions
from governance.audit.models import Event
from governance.audit.queries import Filter
from governance.audit.verbs import Verb, all_verbs, find, register
from portal.kit.errors import NotAllowed
from portal.kit.origin import Origin, coming_from
from tests.governance.audit.events import make_event

DONE = Verb("test.done", "did something to {object}")


def test_an_event_says_who_what_when_and_from_where(analyst: User) -> None:
    team = Group.objects.create(name="Team")
    with coming_from(Origin("api", "10.0.0.0/24", "abc")):
        actions.record(DONE, by=analyst, obj=team, reason="because", details={"before": {"a": 1}, "after": {"a": 2}})
    event = Event.objects.get()
    assert (event.verb, event.actor_id, event.actor_name) == ("test.done", analyst.pk, "Ana Lyst")
    assert (event.object_type, event.object_id, event.object_name) == ("auth.group", str(team.pk), "Team")
    assert (event.channel, event.address, event.request_id) == ("api", "10.0.0.0/24", "abc")
    assert (event.reason, event.details) == ("because", {"before": {"a": 1}, "after": {"a": 2}})
    assert event.seq is None


@pytest.mark.django_db
def test_the_portal_itself_may_act_on_something_without_a_name() -> None:
    actions.record(DONE, by=None)
    event = Event.objects.get()
    assert (event.actor_id, event.actor_name, event.object_type, event.object_id) == (None, "Atrium", "", "")
    assert event.channel == "worker"


@pytest.mark.django_db
def test_details_take_moments_and_amounts() -> None:
    actions.record(DONE, by=None, details={"day": dt.date(2026, 11, 24), "price": Decimal("1.50")})
    assert Event.objects.get().details == {"day": "2026-11-24", "price": "1.50"}


@pytest.mark.django_db
def test_an_event_stands_and_falls_with_its_transaction() -> None:
    def work() -> None:
        with transaction.atomic():
            Group.objects.create(name="Team")
            actions.record(DONE, by=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert not Group.objects.exists()
    assert not Event.objects.exists()


def test_the_object_stays_named_after_it_is_gone(analyst: User) -> None:
    team = Group.objects.create(name="Team")
    actions.record(DONE, by=analyst, obj=team)
    team.delete()
    analyst.delete()
    event = Event.objects.get()
    assert (event.actor_name, event.object_name) == ("Ana Lyst", "Team")


def test_an_export_is_an_event_and_does_not_contain_itself(officer: User) -> None:
    make_event("test.done")
    make_event("test.other")
    found = actions.export(Filter(verb="test.done"), by=officer, form="csv")
    assert [event.verb for event in found] == ["test.done"]
    event = Event.objects.get(verb="audit.exported")
    assert event.details == {"entries": 1, "format": "CSV", "filter": {"verb": "test.done"}}
    assert [event.verb for event in actions.export(Filter(verb="audit."), by=officer, form="csv")] == ["audit.exported"]


@pytest.mark.parametrize("name", ["analyst", "steward", "engineer", "outsider"])
def test_others_export_nothing(name: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowed):
        actions.export(Filter(), by=request.getfixturevalue(name), form="csv")
    assert not Event.objects.exists()


def test_a_verb_is_registered_once() -> None:
    assert find("audit.exported") is actions.EXPORTED
    assert find("test.never_registered") is None
    with pytest.raises(ValueError, match=r"audit\.exported is registered twice"):
        register("audit.exported", "again")
    codes = [verb.code for verb in all_verbs()]
    assert codes == sorted(codes)
