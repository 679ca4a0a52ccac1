"""What people ask and open is noted once, for them alone, and forgotten."""

from datetime import timedelta
from time import perf_counter
from typing import Any

from django.http import QueryDict
from guardian.shortcuts import assign_perm

from access.people.models import User
from catalog.search.analytics import actions, queries
from catalog.search.backend import Answer, Guess, SearchRequest
from catalog.search.models import AskedQuery, OpenedResult
from portal.kit import clock
from portal.kit.erasing import erase
from tests.factories.catalog import make_asset, make_domain, make_schema


def ask(person: User, text: str, page: int = 1, **facts: Any) -> AskedQuery | None:
    defaults: dict[str, Any] = {"total": 3, "engine": "postgresql"}
    answer = Answer((), **defaults | facts)
    request = SearchRequest(person, text, page=page)
    return actions.note(request, answer, QueryDict(f"q={text}"), started=perf_counter() - 0.25)


def texts() -> list[str]:
    return list(AskedQuery.objects.order_by("pk").values_list("text", flat=True))


def later(seconds: float) -> None:
    for row in AskedQuery.objects.all():
        AskedQuery.objects.filter(pk=row.pk).update(at=row.at - timedelta(seconds=seconds))


def test_what_is_kept(analyst: User) -> None:
    row = ask(analyst, "Customer  Orders", total=0, guess=Guess.CORRECTED, engine="elasticsearch", note="It is behind.")
    assert row is not None
    row.refresh_from_db()
    assert (row.text, row.key, row.total) == ("Customer  Orders", "customer orders", 0)
    assert (row.is_guess, row.is_fallback, row.engine) == (True, True, "elasticsearch")
    assert 250 <= row.milliseconds < 60_000


def test_nothing_is_kept_without_a_text(analyst: User) -> None:
    assert ask(analyst, "") is None
    assert texts() == []


def test_typing_is_one_search(analyst: User) -> None:
    for text in ("cu", "cus", "cust", "custmer", "cust", "customer", "Customer orders"):
        ask(analyst, text)
    assert texts() == ["Customer orders"]


def test_another_text_is_another_search(analyst: User, steward: User) -> None:
    ask(analyst, "customer")
    ask(steward, "customers")
    ask(analyst, "orders")
    later(31)
    ask(analyst, "orders of today")
    assert texts() == ["customer", "customers", "orders", "orders of today"]


def test_what_something_was_opened_of_stays(analyst: User) -> None:
    row = ask(analyst, "order")
    assert row is not None
    assert actions.opened(by=analyst, asked_id=row.pk, asset_id=make_asset().pk, place=1)
    ask(analyst, "orders")
    assert texts() == ["order", "orders"]


def test_pages_and_filters_of_a_text_are_the_same_search(analyst: User) -> None:
    first = ask(analyst, "orders")
    assert ask(analyst, "orders", page=2) == first
    later(60)
    assert ask(analyst, "orders", total=1) == first
    later(31 * 60)
    assert ask(analyst, "orders") != first
    assert list(AskedQuery.objects.order_by("pk").values_list("total", flat=True)) == [3, 3]


def test_long_texts_are_cut(analyst: User) -> None:
    row = ask(analyst, "x" * 10_000)
    assert row is not None
    assert len(row.text) == len(row.key) == 400


def test_opening_is_noted_once_at_its_first_place(analyst: User) -> None:
    row, asset = ask(analyst, "orders"), make_asset()
    assert row is not None
    for place in (4, 1):
        actions.opened(by=analyst, asked_id=row.pk, asset_id=asset.pk, place=place)
    assert list(OpenedResult.objects.values_list("asked", "asset", "place")) == [(row.pk, asset.pk, 4)]


def test_opening_what_may_not_be_seen_or_was_not_asked_has_no_effect(analyst: User, outsider: User) -> None:
    hidden = make_asset(schema=make_schema(domain=make_domain(is_private=True)))
    shown = make_asset()
    mine, theirs = ask(outsider, "orders"), ask(analyst, "orders")
    assert mine is not None
    assert theirs is not None

    def opened(asked: int, asset: int, place: int = 1) -> bool:
        return actions.opened(by=User.objects.get(pk=outsider.pk), asked_id=asked, asset_id=asset, place=place)

    assert not opened(mine.pk, hidden.pk)
    assert not opened(mine.pk, 987_654_321)
    assert not opened(theirs.pk, shown.pk)
    assert not opened(mine.pk, shown.pk, 0)
    assert not opened(mine.pk, shown.pk, 10_001)
    assert not OpenedResult.objects.exists()
    assign_perm("assets.view_domain", outsider, hidden.domain)
    assert opened(mine.pk, hidden.pk)
    later(25 * 3600)
    assert not opened(mine.pk, shown.pk)


def test_own_recent_searches(analyst: User, steward: User) -> None:
    for text in ("orders", "customers", "Orders", "bills"):
        ask(analyst, text)
        later(3600)
    ask(steward, "secret")
    assert [one.text for one in queries.recent(analyst, 2)] == ["bills", "Orders"]
    assert next(one.url for one in queries.recent(analyst)) == "/search/?q=bills"


def test_recent_searches_are_cleared(analyst: User, steward: User) -> None:
    for text in ("orders", "bills"):
        ask(analyst, text)
        later(3600)
    ask(steward, "orders")
    assert actions.clear_recent(by=analyst, key="orders") == 1
    assert [one.text for one in queries.recent(analyst)] == ["bills"]
    assert actions.clear_recent(by=analyst) == 1
    assert texts() == ["orders"]


def test_old_ones_are_forgotten(analyst: User, settings: Any) -> None:
    settings.ASKED_QUERIES_KEPT_DAYS = 30
    row = ask(analyst, "old")
    assert row is not None
    actions.opened(by=analyst, asked_id=row.pk, asset_id=make_asset().pk, place=1)
    later(31 * 86_400)
    ask(analyst, "young")
    assert actions.forget_old() == 1
    assert texts() == ["young"]
    assert not OpenedResult.objects.exists()


def test_they_go_with_the_person(analyst: User, steward: User) -> None:
    row = ask(analyst, "mine")
    assert row is not None
    actions.opened(by=analyst, asked_id=row.pk, asset_id=make_asset().pk, place=1)
    ask(steward, "theirs")
    erase(User.objects.filter(pk=analyst.pk))
    assert texts() == ["theirs"]
    assert clock.now() >= AskedQuery.objects.get().at
