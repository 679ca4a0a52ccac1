"""The numbers, set against rows counted by hand; and whose texts may be read."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.people.models import User
from catalog.search.analytics import figures
from catalog.search.models import AskedQuery, OpenedResult
from portal.kit import clock
from tests.conftest import make_person
from tests.factories.catalog import make_asset


def ask(person: User, key: str, total: int = 3, *, opened: tuple[int, ...] = (), days: float = 1, **facts: Any) -> None:
    now = clock.now() - timedelta(days=days)
    defaults = {"text": key.title(), "engine": "postgresql", "milliseconds": 10}
    row = AskedQuery.objects.create(person=person, key=key, total=total, at=now, **defaults | facts)
    for n, place in enumerate(opened):
        OpenedResult.objects.create(asked=row, asset=make_asset(), place=place, at=now + timedelta(seconds=n))


@pytest.fixture
def bob(db: None) -> User:
    return make_person("Bob")


def test_numbers(analyst: User, bob: User) -> None:
    ask(analyst, "orders", opened=(4, 1), milliseconds=100)
    ask(bob, "orders", opened=(2,), milliseconds=20)
    ask(bob, "nothing", 0, milliseconds=30, is_fallback=True)
    ask(bob, "alike", 5, is_guess=True, milliseconds=40)
    ask(bob, "long ago", days=31)
    found = figures.numbers(30)
    assert (found.searches, found.people, found.empty, found.unopened, found.fallback) == (4, 2, 2, 1, 1)
    assert (found.place, found.p50, found.p95) == (3.0, 30, 100)
    assert (found.empty_share, found.fallback_share) == (50.0, 25.0)


def test_numbers_of_nothing(db: None) -> None:
    found = figures.numbers(30)
    assert (found.searches, found.place, found.p50, found.empty_share) == (0, None, None, 0.0)
    assert figures.texts(30) == figures.Texts([], [], [])


def test_weeks_have_no_gap(analyst: User, bob: User) -> None:
    ask(analyst, "orders", days=0)
    ask(bob, "orders", days=0)
    ask(bob, "orders", days=14)
    weeks = figures.weeks(30)
    assert [week.begins.weekday() for week in weeks] == [0] * len(weeks)
    assert len(weeks) in {5, 6}
    assert [(week.searches, week.people) for week in weeks if week.searches] == [(1, 1), (2, 2)]


def test_texts_are_shown_when_two_people_asked_them(analyst: User, bob: User) -> None:
    for person in (analyst, bob):
        ask(person, "orders", opened=(1,))
        ask(person, "bills", 0)
        ask(person, "customers")
    for _ in range(9):
        ask(analyst, "my divorce", 0)
        ask(analyst, "my illness")
    found = figures.texts(30)
    assert [(text.key, text.searches, text.people, text.place) for text in found.most] == [
        ("bills", 2, 2, None),
        ("customers", 2, 2, None),
        ("orders", 2, 2, 1.0),
    ]
    assert [text.key for text in found.empty] == ["bills"]
    assert [text.key for text in found.unopened] == ["customers"]
    assert "my" not in str(found)


def test_that_somebody_alone_found_nothing_is_not_shown(analyst: User, bob: User) -> None:
    """Both asked it, one of them found nothing, because of what they may see: that is theirs alone."""
    ask(analyst, "takeover", 3, opened=(1,))
    ask(bob, "takeover", 0)
    found = figures.texts(30)
    assert [text.key for text in found.most] == ["takeover"]
    assert (found.empty, found.unopened) == ([], [])


def test_how_many_people_it_takes_is_a_setting(analyst: User, bob: User, settings: Any) -> None:
    settings.ASKED_QUERIES_SHOWN_FROM = 3
    for person in (analyst, bob):
        ask(person, "orders")
    assert figures.texts(30).most == []
    ask(make_person("Third"), "orders")
    assert [text.people for text in figures.texts(30).most] == [3]


def test_texts_before_the_period_do_not_count(analyst: User, bob: User) -> None:
    ask(analyst, "orders", days=8)
    ask(bob, "orders")
    assert figures.texts(7).most == []
    assert len(figures.texts(30).most) == 1


def test_three_statements_whatever_there_is(analyst: User, bob: User) -> None:
    for n in range(30):
        ask(analyst, f"text {n}")
        ask(bob, f"text {n}")
    with CaptureQueriesContext(connection) as statements:
        figures.numbers(90), figures.weeks(90), figures.texts(90)
    assert len(statements) == 3
    assert len(figures.texts(90).most) == figures.SHOWN
