"""Looking through saved searches: under the rights of the moment, each match told once."""

from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm, remove_perm

from access.people.models import User
from catalog.assets.actions.news import changed
from catalog.assets.models import Asset, Domain
from catalog.search import searching
from catalog.search.backend import Unavailable
from catalog.search.models import Cadence, SavedSearch
from catalog.search.saved import checking, queries
from portal.kit import outbox
from tests.catalog.search.saved.conftest import Mails, grow, let_time_pass, save, told
from tests.factories.catalog import make_asset


def check() -> int:
    let_time_pass()
    return checking.check_due()


def test_what_was_there_when_it_was_saved_is_not_new(analyst: User) -> None:
    orders = grow("orders")
    search = save(analyst)
    assert search.matches == [orders.pk]
    assert check() == 1
    assert told(analyst) == []


def test_each_match_is_told_once(analyst: User) -> None:
    search = save(analyst)
    first = grow("orders_2026")
    check()
    check()
    assert told(analyst) == ["A new match of your saved search “Orders”"]
    second, third = grow("orders_2027"), grow("orders_2028")
    check()
    check()
    assert told(analyst)[1:] == ["2 new matches of your saved search “Orders”"]
    search.refresh_from_db()
    assert sorted(search.matches) == [first.pk, second.pk, third.pk]
    assert sorted(search.news) == [first.pk, second.pk, third.pk]


def test_a_match_that_goes_and_comes_back_is_not_told_again(analyst: User) -> None:
    save(analyst)
    orders = grow("orders")
    check()
    for name in ("bills", "orders"):
        Asset.objects.filter(pk=orders.pk).update(name=name, path=f"a.b.{name}")
        grow("other")
        check()
    assert len(told(analyst)) == 1


def test_nothing_hidden_is_told_of(outsider: User, private: Domain) -> None:
    search = save(outsider)
    grow("takeover_orders", private)
    check()
    assert told(outsider) == []
    search.refresh_from_db()
    assert (search.matches, search.news) == ([], [])


def test_rights_are_those_of_the_moment(outsider: User, private: Domain) -> None:
    search = save(outsider)
    asset = grow("takeover_orders", private)
    assign_perm("assets.view_domain", outsider, private)
    check()
    assert told(outsider) == ["A new match of your saved search “Orders”"]
    remove_perm("assets.view_domain", outsider, private)
    assert [row.new for row in queries.rows(outsider, [SavedSearch.objects.get()])] == [0]
    check()
    search.refresh_from_db()
    assert (search.matches, search.news) == ([], [])
    assert len(told(outsider)) == 1
    assert asset.name not in told(outsider)[0]


@pytest.mark.parametrize(
    ("cadence", "days", "number"),
    [
        (Cadence.AT_ONCE, 0.001, 1),
        (Cadence.AT_ONCE, 0.0001, 0),
        (Cadence.DAILY, 0.9, 0),
        (Cadence.DAILY, 1, 1),
        (Cadence.WEEKLY, 6.9, 0),
        (Cadence.WEEKLY, 7, 1),
        (Cadence.NEVER, 1, 1),
    ],
)
def test_cadences(cadence: Cadence, days: float, number: int, analyst: User) -> None:
    save(analyst, tells=cadence)
    let_time_pass(days)
    assert checking.check_due() == number


def test_what_tells_never_only_counts(analyst: User, mails: Mails) -> None:
    save(analyst, tells=Cadence.NEVER, by_mail=True)
    grow("orders")
    check()
    assert (told(analyst), mails.delivered()) == ([], [])
    assert [row.new for row in queries.rows(analyst, queries.of(analyst))] == [1]


def test_closed_accounts_are_left_alone(analyst: User, mails: Mails) -> None:
    save(analyst, by_mail=True)
    grow("orders")
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert check() == 0
    assert (told(analyst), mails.delivered()) == ([], [])


def test_what_can_not_be_looked_through_now_holds_up_nothing(analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    save(analyst)
    save(analyst, query="q=bills", name="Bills")
    grow("orders")
    real = searching.all_ids

    def failing(request: Any, limit: int) -> Any:
        if request.text == "bills":
            raise Unavailable("No engine answers.")
        return real(request, limit)

    monkeypatch.setattr(searching, "all_ids", failing)
    assert check() == 2
    assert told(analyst) == ["A new match of your saved search “Orders”"]
    assert checking.check_due() == 0


def test_statements_do_not_grow_with_matches(analyst: User) -> None:
    save(analyst, by_mail=True)
    numbers = []
    for many in (1, 40):
        for n in range(many):
            make_asset(f"orders_{many}_{n}")
        grow(f"orders_{many}")
        let_time_pass()
        with CaptureQueriesContext(connection) as statements:
            checking.check_due()
        numbers.append(len([each for each in statements if "SAVEPOINT" not in each["sql"]]))
    assert numbers[0] == numbers[1] <= 14


def test_a_change_of_the_index_has_it_looked_at_within_a_minute_and_once(
    analyst: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    cache.clear()
    sent: list[tuple[str, int]] = []

    def send_task(name: str, countdown: int = 0) -> None:
        if name.startswith("search"):
            sent.append((name, countdown))

    monkeypatch.setattr(current_app, "send_task", send_task)
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            changed([make_asset("orders").pk])
            outbox.deliver()
    assert sent == [("search.check_saved_soon", checking.SOON_S)]


def test_soon_looks_through_what_tells_at_once_alone(analyst: User) -> None:
    save(analyst, tells=Cadence.AT_ONCE)
    save(analyst, name="Daily")
    grow("orders")
    let_time_pass()
    assert checking.check_due([Cadence.AT_ONCE]) == 1
    assert told(analyst) == ["A new match of your saved search “Orders”"]
