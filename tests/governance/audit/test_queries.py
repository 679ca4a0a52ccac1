"""Finding events."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from governance.audit.filters import LogFilter
from governance.audit.queries import Filter, events, events_about, same_request
from portal.kit.errors import Invalid
from tests.governance.audit.events import make_event

pytestmark = pytest.mark.django_db
UTC = dt.UTC


def verbs(wanted: Filter) -> list[str]:
    return [event.verb for event in events(wanted)]


@pytest.fixture
def story() -> None:
    """Three entries on three days."""
    make_event(
        "asset.described", at=dt.datetime(2026, 11, 1, 12, tzinfo=UTC), actor_id=1, actor_name="Ana Lyst",
        object_type="assets.asset", object_id="7", object_name="sales.orders", request_id="r1",
    )  # fmt: skip
    make_event(
        "asset.certified", at=dt.datetime(2026, 11, 2, 23, 30, tzinfo=UTC), actor_id=2, actor_name="Stella Ward",
        object_type="assets.asset", object_id="8", object_name="sales.customers", reason="Reviewed with Orders team",
        request_id="r1",
    )  # fmt: skip
    make_event("source.created", at=dt.datetime(2026, 11, 3, 12, tzinfo=UTC), actor_name="Atrium", request_id="r2")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["source.created", "asset.certified", "asset.described"]),
        ({"actor": 1}, ["asset.described"]),
        ({"person": "WARD"}, ["asset.certified"]),
        ({"verb": "asset.certified"}, ["asset.certified"]),
        ({"verb": "asset."}, ["asset.certified", "asset.described"]),
        ({"verb": "asset"}, []),
        ({"object_type": "assets.asset", "object_id": "7"}, ["asset.described"]),
        ({"text": "ORDERS"}, ["asset.certified", "asset.described"]),
        ({"text": "%"}, []),
        ({"request": "r2"}, ["source.created"]),
        ({"since": dt.date(2026, 11, 2)}, ["source.created", "asset.certified"]),
        ({"until": dt.date(2026, 11, 2)}, ["asset.certified", "asset.described"]),
        ({"since": dt.date(2026, 11, 2), "until": dt.date(2026, 11, 2)}, ["asset.certified"]),
        ({"actor": 1, "verb": "asset.certified"}, []),
    ],
)
@pytest.mark.usefixtures("story")
def test_filters_narrow_the_log(wanted: dict[str, object], expected: list[str]) -> None:
    assert verbs(Filter(**wanted)) == expected  # type: ignore[arg-type]


@pytest.mark.usefixtures("story")
def test_days_are_those_of_the_readers_time_zone() -> None:
    with timezone.override("Europe/Stockholm"):  # 23:30 UTC is the next day there
        assert verbs(Filter(since=dt.date(2026, 11, 3))) == ["source.created", "asset.certified"]
        assert verbs(Filter(until=dt.date(2026, 11, 2))) == ["asset.described"]


def test_events_about_an_object_are_of_its_type_and_id() -> None:
    team = Group.objects.create(name="Team")
    mine = make_event("team.created", object_type="auth.group", object_id=str(team.pk))
    make_event("other.created", object_type="other.thing", object_id=str(team.pk))
    make_event("team.created", object_type="auth.group", object_id=str(team.pk + 1))
    assert list(events_about(team)) == [mine]


@pytest.mark.usefixtures("story")
def test_what_one_request_did_is_found_within_the_hour() -> None:
    now = timezone.now()
    first, second = (
        make_event("test.first", at=now, request_id="r1"),
        make_event("test.second", at=now, request_id="r1"),
    )
    assert list(same_request(first)) == [second]
    assert list(same_request(make_event("test.third"))) == []


def test_a_filter_is_read_from_an_address() -> None:
    form = LogFilter({"verb": " source.created ", "since": "2026-11-02", "actor": "3", "unknown": "x"})
    assert form.wanted == Filter(verb="source.created", since=dt.date(2026, 11, 2), actor=3)
    assert form.strict == form.wanted


def test_a_wrong_filter_shows_all_on_the_page_and_fails_where_that_would_do_harm() -> None:
    form = LogFilter({"since": "yesterday", "actor": "x"})
    assert form.wanted == Filter()
    with pytest.raises(Invalid) as caught:
        assert form.strict
    assert caught.value.field == "since"
