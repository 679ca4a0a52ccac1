"""The contract of engines: every part of a question and of what is found, on PostgreSQL and Elasticsearch alike."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from access.people.models import User
from catalog.assets.models import Asset, Domain, Ownership
from catalog.search import engines
from catalog.search.backend import Count, Found, Question, Rights, Sort, Test
from catalog.search.language import Term, understand
from catalog.search.models import Document
from catalog.search.rights import rights_of
from portal.kit import clock
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def sales() -> Domain:
    return make_domain("Sales")


@pytest.fixture(autouse=True)
def assets(sales: Domain, steward: User) -> dict[str, Asset]:
    """Five assets that differ in all that may be asked for."""
    now = clock.now()
    secret = make_domain("Mergers", is_private=True)
    shop = make_schema("shop", domain=sales, source=make_source("Warehouse A"))
    lake = make_schema("lake", source=make_source("Warehouse B"))
    deals = make_schema("deals", domain=secret, source=make_source("Warehouse C"))
    today = now.date()
    made = [
        make_asset("customer_orders", schema=shop, columns=["order_id", "custAcctNo"], comment="What customers bought"),
        make_asset("orders", schema=shop, comment="Sold goods", certification="certified", sensitivity="internal",
                   changed_at=now - dt.timedelta(days=20), history_from=today - dt.timedelta(days=800),
                   history_to=today),
        make_asset("order_lines", schema=lake, kind="view", columns=["order_id", "price"], sensitivity="public",
                   changed_at=now - dt.timedelta(days=50)),
        make_asset("orders_old", schema=lake, certification="deprecated", changed_at=now - dt.timedelta(days=400)),
        make_asset("order_book", schema=deals, comment="Orders to come"),
    ]  # fmt: skip
    Ownership.objects.create(domain=sales, role="owner", person=steward)
    index_all()
    for place, asset in enumerate(made):
        Document.objects.filter(pk=asset.pk).update(popularity=place)
    return {asset.name: asset for asset in made}


@pytest.fixture
def rights(analyst: User) -> Rights:
    return rights_of(analyst)


def _ask(rights: Rights, text: str = "", **facts: Any) -> tuple[list[str], Found]:
    """Ask the engine of the test alone; return names in order, and all that was found."""
    question = replace(Question(rights, understand(text), sort=Sort.NAME, limit=50), **facts)
    found, _, note = engines.find(question)
    assert note == ""
    names = Asset.objects.in_bulk([one.asset_id for one in found.candidates])
    return [names[one.asset_id].name for one in found.candidates], found


def _counts(found: Found, facet: str) -> dict[str, int]:
    return {count.value: count.count for count in found.facets.get(facet, ())}


def test_the_engine_asked_for_answers(rights: Rights, engine: str) -> None:
    assert engines.find(Question(rights, understand("orders")))[1:] == (engine, "")


def test_everything_that_may_be_seen(rights: Rights) -> None:
    names, found = _ask(rights)
    assert names == ["customer_orders", "order_lines", "orders", "orders_old"]
    assert (found.total, found.matched, found.is_about, dict(found.without)) == (4, 4, False, {})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("order", ["customer_orders", "order_lines", "orders", "orders_old"]),
        ("bought goods", []),
        ("bought OR goods", ["customer_orders", "orders"]),
        ("orders -old", ["customer_orders", "order_lines", "orders"]),
        ('"customer orders"', ["customer_orders"]),
        ('"orders customer"', []),
        ("customerorders", ["customer_orders"]),
        ("acct no", ["customer_orders"]),
        ("custo", ["customer_orders"]),
        ("goods sold", ["orders"]),
        ("the", []),
        ("$$$", []),
        ("warehouse b", ["order_lines", "orders_old"]),
        ("-orders", []),
        ("type:nonsense", ["customer_orders", "order_lines", "orders", "orders_old"]),
    ],
)  # fmt: skip
def test_words(rights: Rights, text: str, names: list[str]) -> None:
    found, whole = _ask(rights, text)
    assert found == names
    assert whole.total == whole.matched


def test_other_words_count_in_names_alone(rights: Rights) -> None:
    query = understand('"kunde"')
    (one,) = query.alternatives
    term = replace(one.terms[0], variants=(("customer",), ("goods",)))
    query = replace(query, alternatives=(replace(one, terms=(term,)),))
    found, _, _ = engines.find(Question(rights, query))
    assert [Asset.objects.get(pk=each.asset_id).name for each in found.candidates] == ["customer_orders"]


def test_some_words(rights: Rights) -> None:
    assert _ask(rights, "bought goods", is_loose=True)[0] == ["customer_orders", "orders"]


TESTS = [
    (Test("kind", ("view",)), ["order_lines"]),
    (Test("kind", ("view",), is_excluded=True), ["customer_orders", "orders", "orders_old"]),
    (Test("certification", ("certified", "deprecated")), ["orders", "orders_old"]),
    (Test("sensitivity", ("",)), ["customer_orders", "orders_old"]),
    (Test("sensitivity", ("internal",)), ["orders"]),
    (Test("domain_id", ("none",)), ["order_lines", "orders_old"]),
    (Test("owners", ("none",)), ["order_lines", "orders_old"]),
    (Test("column_names", ("price", "nothing")), ["order_lines"]),
    (Test("column_names", ("custacctno",)), ["customer_orders"]),
    (Test("described", ("yes",)), ["customer_orders", "orders"]),
    (Test("described", ("no",)), ["order_lines", "orders_old"]),
    (Test("usable", ("yes",)), ["order_lines"]),
    (Test("history_days", low=700), ["orders"]),
    (Test("history_days", low=700, is_excluded=True), ["customer_orders", "order_lines", "orders_old"]),
    (Test("history_days", low=0, high=800), []),
    (Test("name", terms=(Term(("lines",)),)), ["order_lines"]),
    (Test("name", terms=(Term(("bought",)),)), []),
    (Test("kind"), []),
    (Test("kind", is_excluded=True), ["customer_orders", "order_lines", "orders", "orders_old"]),
]


@pytest.mark.parametrize(("test", "names"), TESTS, ids=lambda each: str(each)[:60])
def test_conditions(rights: Rights, test: Test, names: list[str]) -> None:
    assert _ask(rights, "order", tests=((test,),))[0] == names


def test_conditions_on_moments_and_ids(rights: Rights, assets: dict[str, Asset], sales: Domain) -> None:
    since = clock.now() - dt.timedelta(days=30)
    lake = assets["order_lines"]
    for test, names in [
        (Test("updated_at", low=since), ["customer_orders", "orders"]),
        (Test("updated_at", high=since), ["order_lines", "orders_old"]),
        (Test("source_id", (str(lake.source_id),)), ["order_lines", "orders_old"]),
        (Test("schema_id", (str(lake.schema_id),), is_excluded=True), ["customer_orders", "orders"]),
        (Test("domain_id", (str(sales.pk),)), ["customer_orders", "orders"]),
    ]:
        assert _ask(rights, "order", tests=((test,),))[0] == names


def test_each_alternative_has_its_own_conditions(rights: Rights) -> None:
    tests = ((Test("kind", ("view",)),), (Test("certification", ("certified",)),))
    assert _ask(rights, "order OR goods", tests=tests)[0] == ["order_lines", "orders"]


def test_conditions_that_could_not_be_resolved_are_met_by_nothing(rights: Rights) -> None:
    assert _ask(rights, "order type:view", tests=((),))[0] == []


def test_choices_and_exact_counts(rights: Rights, sales: Domain, steward: User) -> None:
    names, found = _ask(rights, "order", filters={"certification": ("none", "certified"), "described": ("yes",)})
    assert names == ["customer_orders", "orders"]
    assert (found.total, found.matched, dict(found.without)) == (2, 4, {"described": 3})
    assert _counts(found, "certification") == {"none": 1, "certified": 1}
    assert _counts(found, "described") == {"yes": 2, "no": 1}
    assert _counts(found, "owner") == {f"person:{steward.pk}": 2}
    assert _counts(found, "domain") == {str(sales.pk): 2}


def test_counts_of_all_facets(rights: Rights, assets: dict[str, Asset], sales: Domain, steward: User) -> None:
    _, found = _ask(rights, "order")
    ids = sorted(str(assets[name].source_id) for name in ("orders", "order_lines"))
    assert {name: _counts(found, name) for name in found.facets} == {
        "type": {"table": 3, "view": 1},
        "source": {ids[0]: 2, ids[1]: 2},
        "domain": {str(sales.pk): 2, "none": 2},
        "certification": {"none": 2, "certified": 1, "deprecated": 1},
        "sensitivity": {"none": 2, "internal": 1, "public": 1},
        "usable": {"yes": 1},
        "updated": {"7": 1, "30": 2, "90": 3},
        "history": {"1": 1, "2": 1},
        "owner": {f"person:{steward.pk}": 2, "none": 2},
        "described": {"yes": 2, "no": 2},
    }
    assert [count.value for count in found.facets["type"]] == ["table", "view"]
    assert all(isinstance(count, Count) for count in found.facets["type"])


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"sensitivity": ("none",)}, ["customer_orders", "orders_old"]),
        ({"usable": ("yes",)}, ["order_lines"]),
        ({"history": ("2", "5")}, ["orders"]),
        ({"history": ("5",)}, []),
        ({"updated": ("7", "30")}, ["customer_orders", "orders"]),
        ({"updated": ("never",)}, []),
        ({"nonsense": ("1",)}, []),
        ({"domain": ("none",)}, ["order_lines", "orders_old"]),
        ({"source": ("x",)}, []),
    ],
)
def test_choices(rights: Rights, filters: dict[str, tuple[str, ...]], names: list[str]) -> None:
    assert _ask(rights, "order", filters=filters)[0] == names


def test_hidden_domain_is_none(rights: Rights, assets: dict[str, Asset]) -> None:
    book = assets["order_book"]
    assert book.domain_id is not None
    sight = replace(rights.sight, assets=(book.pk,))
    knows = replace(rights, sight=sight, hidden_domains=(book.domain_id,))
    names, found = _ask(knows, "order", filters={"domain": ("none",)})
    assert names == ["order_book", "order_lines", "orders_old"]
    assert _counts(found, "domain")["none"] == 3
    assert str(book.domain_id) not in _counts(found, "domain")
    assert _ask(knows, "order", filters={"domain": (str(book.domain_id),)})[0] == []


def test_whoever_sees_all(admin: User) -> None:
    names, found = _ask(rights_of(admin), "order")
    assert names == ["customer_orders", "order_book", "order_lines", "orders", "orders_old"]
    assert len(_counts(found, "domain")) == 3


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        (Sort.NAME, ["customer_orders", "order_lines", "orders", "orders_old"]),
        (Sort.POPULARITY, ["orders_old", "order_lines", "orders", "customer_orders"]),
        (Sort.CHANGED, ["customer_orders", "orders", "order_lines", "orders_old"]),
    ],
)
def test_orders_and_pages(rights: Rights, sort: Sort, names: list[str]) -> None:
    assert _ask(rights, "order", sort=sort)[0] == names
    page, found = _ask(rights, "order", sort=sort, offset=1, limit=2)
    assert (page, found.total) == (names[1:3], 4)
    question = Question(rights, understand("order"), sort=sort)
    ids = [pk for batch in engines.ids(question, 3) for pk in batch]
    assert [Asset.objects.get(pk=pk).name for pk in ids] == names[:3]


def test_candidates_of_the_text(rights: Rights) -> None:
    names, found = _ask(rights, "orders", sort=Sort.RELEVANCE)
    assert (names[0], set(names)) == ("orders", {"customer_orders", "order_lines", "orders", "orders_old"})
    assert all(0 < one.text < 1 for one in found.candidates)


def test_nothing(rights: Rights) -> None:
    assert _ask(rights, "zeppelin") == ([], Found((), 0, 0))
    nobody = replace(rights, sight=replace(rights.sight, scopes=(), assets=()))
    assert _ask(nobody, "order")[1].total == 0
