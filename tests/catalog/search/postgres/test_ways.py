"""The ways of answering agree with each other, and with plain SQL."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.people.models import User
from catalog.assets.models import Asset, Visit
from catalog.search.backend import Count, Found, Question, Sort, Test
from catalog.search.language import understand
from catalog.search.postgres import PostgresEngine, best, counting, signals, strategy
from catalog.search.postgres.measures import refresh
from catalog.search.rights import rights_of
from tests.catalog.search.conftest import index_all
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_domain, make_schema

WORDS = ["orders", "customer", "invoice", "payment"]
FILTERS: list[dict[str, tuple[str, ...]]] = [
    {},
    {"type": ("view",)},
    {"certification": ("certified", "none")},
    {"described": ("yes",), "history": ("1",)},
    {"sensitivity": ("none", "public"), "usable": ("yes",)},
]
TESTS = [
    (),
    (Test("kind", ("view",)),),
    (Test("kind", ("view",), is_excluded=True),),
    (Test("history_days", low=400),),
    (Test("column_names", ("order_id",)), Test("certification", ("deprecated",), is_excluded=True)),
]


@contextmanager
def _in_the_way_for_much(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have even a few assets be answered as a million are."""
    with monkeypatch.context() as patch:
        patch.setattr(strategy, "SEEN_FEW", -1)
        patch.setattr(strategy, "EXACT_AT_MOST", -1)
        patch.setattr(strategy, "MOST_PARTS", signals.PARTS)
        patch.setattr(counting, "EXACT_AT_MOST", -10)
        patch.setattr(best, "_READ", -1)
        patch.setattr(best, "_ROOM", 0)
        yield


def _house(chance: random.Random) -> User:
    """Some sixty assets of open and private domains; return somebody who sees a part of them."""
    person, others = make_person("Ran Dom"), [make_person(f"Visitor {n}") for n in range(6)]
    now = timezone.now()
    for _ in range(4):
        domain = make_domain(is_private=chance.random() < 0.6)
        if chance.random() < 0.5:
            assign_perm("assets.view_domain", person, domain)
        schema = make_schema(domain=domain)
        for number in range(15):
            asset = make_asset(
                f"{'_'.join(chance.sample(WORDS, chance.randint(1, 3)))}_{number}",
                schema=schema,
                columns=chance.sample(["order_id", "customer_id", "amount", "paidOn"], 2),
                comment=" ".join(chance.choices(WORDS, k=2)) if chance.random() < 0.5 else "",
                kind=chance.choice(["table", "view"]),
                certification=chance.choice(["none", "certified", "deprecated"]),
                sensitivity=chance.choice(["", "public", "restricted"]),
                history_from=now.date() - timedelta(days=chance.randint(1, 900)) if chance.random() < 0.5 else None,
                history_to=now.date(),
            )
            if chance.random() < 0.1:
                assign_perm("assets.view_asset", person, asset)
            for visitor in chance.sample(others, chance.choice([0, 0, 1, 3, 6])):
                Visit.objects.create(person=visitor, asset=asset, last_at=now)
    index_all()
    return User.objects.get(pk=person.pk)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    text=st.sampled_from(
        [*WORDS, "orders customer", "orders OR invoice", "orders -customer", "ord", '"customer orders"']
    ),
    filters=st.sampled_from(FILTERS),
    tests=st.sampled_from(TESTS),
    is_loose=st.booleans(),
)
def test_all_ways_find_and_count_the_same(
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    text: str,
    filters: dict[str, tuple[str, ...]],
    tests: tuple[Test, ...],
    is_loose: bool,
) -> None:
    with transaction.atomic():
        person = _house(random.Random(seed))
        query = understand(text)
        question = Question(
            rights_of(person), query, tuple(tests for _ in query.alternatives), filters, limit=500, is_loose=is_loose
        )
        exact = PostgresEngine().find(question)
        with _in_the_way_for_much(monkeypatch):
            much = PostgresEngine().find(question)
        assert [each.asset_id for each in much.candidates] == [each.asset_id for each in exact.candidates]
        assert (much.total, much.matched, much.facets, much.without) == (
            exact.total, exact.matched, exact.facets, exact.without,
        )  # fmt: skip
        visible = set(Asset.objects.visible_to(person).present().values_list("pk", flat=True))
        assert {each.asset_id for each in exact.candidates} <= visible
        assert exact.total == len(exact.candidates) == sum(count.count for count in _without_choice(exact, filters))
        transaction.set_rollback(True)


def _without_choice(found: Found, filters: dict[str, tuple[str, ...]]) -> tuple[Count, ...]:
    """A facet in which nothing is chosen holds each match once."""
    return found.facets.get(next(name for name in ("type", "certification", "described") if name not in filters), ())


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("text", ["", "orders"])
@pytest.mark.parametrize("is_much", [False, True])
def test_pages_hold_each_result_once(monkeypatch: pytest.MonkeyPatch, sort: Sort, text: str, is_much: bool) -> None:
    person = _house(random.Random(7))
    query = understand(text)
    given = sort if text or sort != Sort.RELEVANCE else Sort.POPULARITY
    question = Question(rights_of(person), query, tuple(() for _ in query.alternatives), sort=given, limit=7)
    monkeypatch.setattr(best, "RANKED_AT_MOST", 10)
    monkeypatch.setattr("catalog.search.postgres.ordering.RANKED_AT_MOST", 10)
    with _in_the_way_for_much(monkeypatch) if is_much else transaction.atomic():
        engine = PostgresEngine()
        whole = [pk for ids in engine.ids(question, 1000) for pk in ids]
        total = engine.find(question).total
        pages = []
        for offset in range(0, total, 7):
            moved = Question(**{**vars(question), "offset": offset})
            pages += [each.asset_id for each in engine.find(moved).candidates]
    assert len(set(whole)) == len(whole) == total > 14
    assert pages == whole


def test_popular_marks_follow_what_people_look_at(analyst: User, steward: User) -> None:
    asset = make_asset("orders")
    index_all()
    assert "^" not in asset_words(asset)
    Visit.objects.create(person=analyst, asset=asset, last_at=timezone.now())
    Visit.objects.create(person=steward, asset=asset, last_at=timezone.now())
    assert refresh() == 1
    assert "'^2'" in asset_words(asset)
    Visit.objects.update(last_at=timezone.now() - timedelta(days=40))
    assert refresh() == 1
    assert "^" not in asset_words(asset)
    assert refresh() == 0


def asset_words(asset: Asset) -> str:
    asset.refresh_from_db()
    return str(asset.document.words)
