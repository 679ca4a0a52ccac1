"""Totals and facets: exact, each without its own choice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.people.models import User
from catalog.assets.models import Asset, AssetKind, Domain, Ownership
from tests.catalog.search.conftest import ask, counts, index_all, names
from tests.factories.catalog import make_asset, make_domain, make_schema

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def sales() -> Domain:
    return make_domain("Sales")


@pytest.fixture(autouse=True)
def assets(sales: Domain, steward: User) -> list[Asset]:
    """Six assets: three in Sales, of which one is a view; one certified; two described; ages 1, 10, 40, 100 days."""
    old = timezone.now()
    schema, other = make_schema("shop", domain=sales), make_schema("attic")
    made = [
        make_asset("shop_a", schema=schema, comment="Said", changed_at=old - timedelta(days=1)),
        make_asset("shop_b", schema=schema, certification="certified", changed_at=old - timedelta(days=10)),
        make_asset("shop_c", schema=schema, kind=AssetKind.VIEW, changed_at=old - timedelta(days=40)),
        make_asset("attic_a", schema=other, comment="Said", changed_at=old - timedelta(days=100)),
        make_asset("attic_b", schema=other, kind=AssetKind.VIEW, changed_at=old - timedelta(days=100)),
        make_asset("attic_c", schema=other, changed_at=old - timedelta(days=100), written_at=old),
    ]
    Ownership.objects.create(domain=sales, role="owner", person=steward)
    index_all()
    return made


def test_counts_of_everything(analyst: User, sales: Domain, steward: User) -> None:
    answer = ask(analyst)
    assert answer.total == 6
    assert counts(answer, "type") == {"table": 4, "view": 2}
    assert counts(answer, "domain") == {str(sales.pk): 3, "none": 3}
    assert sorted(counts(answer, "source").values()) == [3, 3]
    assert counts(answer, "owner") == {f"person:{steward.pk}": 3, "none": 3}
    assert counts(answer, "certification") == {"none": 5, "certified": 1}
    assert counts(answer, "described") == {"yes": 2, "no": 4}
    assert counts(answer, "updated") == {"7": 2, "30": 3, "90": 4}
    labels = {count.value: count.label for facet in ("domain", "owner") for count in answer.facets[facet]}
    assert labels == {str(sales.pk): "Sales", f"person:{steward.pk}": "Stella Ward", "none": labels["none"]}


def test_choices_in_one_facet_are_alternatives_and_do_not_narrow_it(analyst: User, sales: Domain) -> None:
    answer = ask(analyst, type=["view"])
    assert answer.total == 2
    assert counts(answer, "type") == {"table": 4, "view": 2}
    assert counts(answer, "domain") == {str(sales.pk): 1, "none": 1}
    assert ask(analyst, type=["view", "table"]).total == 6


def test_choices_in_two_facets_are_both_met(analyst: User, sales: Domain) -> None:
    answer = ask(analyst, type=["view"], domain=[sales.pk])
    assert names(answer) == ["shop_c"]
    assert counts(answer, "type") == {"table": 2, "view": 1}
    assert counts(answer, "domain") == {str(sales.pk): 1, "none": 1}
    assert counts(answer, "described") == {"no": 1}


@pytest.mark.parametrize(
    ("facet", "value", "found"),
    [
        ("updated", "7", {"shop_a", "attic_c"}),
        ("updated", "30", {"shop_a", "shop_b", "attic_c"}),
        ("described", "no", {"shop_b", "shop_c", "attic_b", "attic_c"}),
        ("certification", "certified", {"shop_b"}),
        ("owner", "none", {"attic_a", "attic_b", "attic_c"}),
        ("domain", "none", {"attic_a", "attic_b", "attic_c"}),
    ],
)
def test_count_of_a_value_is_the_number_of_its_results(analyst: User, facet: str, value: str, found: set[str]) -> None:
    chosen: dict[str, Any] = {facet: [value]}
    answer = ask(analyst, **chosen)
    assert set(names(answer)) == found
    assert counts(answer, facet)[value] == answer.total == len(found)


def test_empty_page_tells_which_choice_to_drop(analyst: User, sales: Domain) -> None:
    answer = ask(analyst, certification=["deprecated"], domain=[sales.pk])
    assert (answer.total, dict(answer.without)) == (0, {"certification": 3})
    answer = ask(analyst, "shop", certification=["certified"], type=["view"])
    assert dict(answer.without) == {"certification": 1, "type": 1}


def test_choice_that_nothing_has_keeps_its_name(analyst: User, sales: Domain, steward: User) -> None:
    answer = ask(analyst, "attic", domain=[sales.pk], owner=[f"person:{steward.pk}", "person:987654"])
    assert answer.total == 0
    assert ("Sales", 0) in [(count.label, count.count) for count in answer.facets["domain"]]
    assert ("Stella Ward", 0) in [(count.label, count.count) for count in answer.facets["owner"]]
    assert "person:987654" not in counts(answer, "owner")


def test_number_of_queries_does_not_grow(analyst: User, engine: str) -> None:
    ask(analyst, "shop")
    with CaptureQueriesContext(connection) as few:
        ask(analyst, "shop", type=["view"])
    for number in range(30):
        make_asset(f"shop_{number}", columns=["shop_id"], comment="In the shop")
    index_all()
    ask(analyst)  # what was changed is told to Elasticsearch
    with CaptureQueriesContext(connection) as many:
        assert len(ask(analyst, "shop", type=["table"], size=100).hits) == 32
    assert len(many) == len(few)
    assert engine == "elasticsearch" or len(few) <= 14  # there, the test's own comparison is among them
