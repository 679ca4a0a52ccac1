"""The same column everywhere: which tables have it, what it holds there, and nothing of tables one can't see."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm, remove_perm

from access.people.models import User
from catalog.assets.models import Asset, Column, LogicalType
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset, make_domain, make_schema
from tests.pages.test_search import get, text_of

SignedIn = Callable[[User], Client]


@pytest.fixture
def shop(db: None) -> None:
    """Three tables with a customer's id, one of them private, spelled in two ways and of two types."""
    open_schema = make_schema("shop", domain=make_domain("Sales"))
    make_asset("orders", schema=open_schema, columns=["order_id", "customer_id"], certification="certified")
    bills = make_asset("bills", schema=open_schema, columns=["customerId"])
    hidden = make_schema("board", domain=make_domain("Mergers", is_private=True))
    make_asset("takeover", schema=hidden, columns=["customer_id", "bidder_id"])
    Column.objects.filter(name="customer_id").update(logical_type=LogicalType.INTEGER, data_type="int8")
    Column.objects.filter(asset=bills).update(logical_type=LogicalType.TEXT, comment="Who pays.")
    index_all()


def test_all_spellings_are_listed_with_what_they_hold(analyst: User, signed_in: SignedIn, shop: None) -> None:
    html = get(signed_in(analyst), "/columns/customer_id/")
    words = text_of(html)
    assert "In 2 tables you can see. Described in 1." in words
    assert "Spelled customer_id , customerid ." in words
    assert "Not the same everywhere" in words
    assert "Whole number in 1 (int8), Text in 1 (text)" in words
    orders = Asset.objects.get(name="orders")
    assert f'href="/assets/{orders.pk}/columns/?q=customer_id"' in html
    assert "Who pays." in words
    assert "not described" in words


def test_choices_narrow_and_the_csv_follows_them(analyst: User, signed_in: SignedIn, shop: None) -> None:
    client = signed_in(analyst)
    assert "<b>1 table</b>" in get(client, "/columns/customer_id/?described=yes")
    assert "<b>1 table</b>" in get(client, "/columns/customer_id/?certification=certified")
    assert "Nothing left with these choices" in get(client, "/columns/customer_id/?type=integer&described=yes")
    response = client.get("/columns/customer_id/?type=text&format=csv")
    lines = b"".join(response).decode().splitlines()
    assert lines[0] == "Table,Column,Type,Holds,Description,Certification,Domain,Owners"
    assert [line.split(",")[1:5] for line in lines[1:]] == [["customerId", "text", "Text", "Who pays."]]


def test_sorting_by_type_groups(analyst: User, signed_in: SignedIn, shop: None) -> None:
    html = get(signed_in(analyst), "/columns/customer_id/?sort=type")
    assert html.index('colspan="8">Whole number') < html.index('colspan="8">Text')


def test_hidden_column_is_answered_like_none(outsider: User, signed_in: SignedIn, shop: None) -> None:
    client = signed_in(outsider)
    assert client.get("/columns/bidder_id/").status_code == 404
    assert client.get("/columns/no_such_column/").status_code == 404
    for page in (get(client, "/columns/customer_id/"), get(client, "/columns/"), get(client, "/columns/?q=customer")):
        assert "takeover" not in page
        assert "bidder" not in page
        assert "Mergers" not in page
    names = text_of(get(client, "/columns/?q=bidder"))
    assert "No column is named so" in names


def test_grant_opens_and_revocation_closes_the_next_request(outsider: User, signed_in: SignedIn, shop: None) -> None:
    client = signed_in(outsider)
    takeover = Asset.objects.get(name="takeover")
    assign_perm("assets.view_asset", outsider, takeover)
    html = get(client, "/columns/customer_id/")
    assert "In 3 tables you can see" in html
    assert "Mergers" not in html
    assert "bidder_id" in get(client, "/columns/?q=bidder")
    remove_perm("assets.view_asset", outsider, takeover)
    assert "In 2 tables you can see" in get(client, "/columns/customer_id/")
    assert client.get("/columns/bidder_id/").status_code == 404


def test_names_are_found_by_their_words_and_counted(analyst: User, signed_in: SignedIn, shop: None) -> None:
    html = get(signed_in(analyst), "/columns/?q=customer")
    assert 'href="/columns/customer_id/"' in html
    assert "customer_id in 1 table" in text_of(html)
    usual = get(signed_in(analyst), "/columns/")
    assert "order_id in 1 table" in text_of(usual)
    fragment = get(signed_in(analyst), "/columns/?q=order", **{"HX-Request": "true"})
    assert "<html" not in fragment
    assert 'id="names"' in fragment


@pytest.mark.parametrize("name", ["..%2F", "%00", "a%2Fb", "%F0%9F%98%80", "x" * 500, "' OR 1=1 --"])
def test_strange_names_are_no_column(analyst: User, signed_in: SignedIn, shop: None, name: str) -> None:
    assert signed_in(analyst).get(f"/columns/{name}/").status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=99999999", "size=7", "sort=no&type=x&described=perhaps"])
def test_wrong_addresses_still_answer(analyst: User, signed_in: SignedIn, shop: None, query: str) -> None:
    assert "In 2 tables" in get(signed_in(analyst), f"/columns/customer_id/?{query}")


def test_pages_are_light_and_keep_the_choices(analyst: User, signed_in: SignedIn) -> None:
    for number in range(30):
        make_asset(f"table_with_a_longish_name_{number}", columns=["customer_id"])
    index_all()
    client = signed_in(analyst)
    get(client, "/columns/customer_id/?sort=path")
    with CaptureQueriesContext(connection) as queries:
        html = get(client, "/columns/customer_id/?sort=path")
    assert len(queries) <= 10
    assert len(html.encode()) <= 40_000
    assert 'href="?sort=path&amp;page=2"' in html
    assert text_of(get(client, "/columns/customer_id/?sort=path&page=2")).count("table_with_a_longish_name") == 5
