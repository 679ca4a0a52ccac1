"""The results page: works by address alone, swaps a fragment for htmx, tells what to do when nothing is found."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm, remove_perm

from access.people.models import User
from catalog.assets.models import Asset, Domain, Ownership
from catalog.search.backend import Answer
from catalog.search.parameters import read
from catalog.search.presenters import Results, number_in_words
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset, make_domain, make_schema

SignedIn = Callable[[User], Client]
MARKUP = re.compile(r"<[^>]+>")


def text_of(html: str) -> str:
    """Return the words of a page on one line."""
    return " ".join(unescape(MARKUP.sub(" ", html)).split())


def get(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def sales(db: None) -> Domain:
    """A domain with two described tables and a view, indexed."""
    domain = make_domain("Sales")
    schema = make_schema("shop", domain=domain)
    make_asset(
        "orders", schema=schema, columns=["order_id", "customer_id"], comment="One row an order.", row_estimate=1200
    )
    make_asset("customers", schema=schema, columns=["customer_id"], comment="Who bought <b>something</b>.")
    make_asset("order_totals", schema=schema, kind="view", columns=["order_id", "total"])
    index_all()
    return domain


@pytest.fixture
def secret(db: None) -> Asset:
    """An asset of a private domain, indexed."""
    schema = make_schema("board", domain=make_domain("Mergers", is_private=True))
    asset = make_asset("takeover_orders", schema=schema, columns=["bidder_id"], comment="Strictly for the board.")
    index_all()
    return asset


def test_card_tells_what_it_is(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), "/search/?q=orders")
    assert "<mark>orders</mark></a>" in html
    page = text_of(html)
    for words in ("2 results", "One row an order .", "Sales", "No owner", "1,200 rows", "Matched in column order _id"):
        assert words in page, words


def test_without_a_text_everything_is_shown(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    assert "3 assets" in text_of(get(signed_in(analyst), "/search/"))


def test_descriptions_are_escaped(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), "/search/?q=bought")
    assert "<b>something" not in html
    assert "Who <mark>bought</mark> &lt;b something" in html


def test_htmx_gets_results_facets_and_status_alone(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), "/search/?q=orders", **{"HX-Request": "true"})
    assert "<html" not in html
    assert 'id="results"' in html
    assert 'id="facet-list" hx-swap-oob="innerHTML"' in html
    assert 'id="live" hx-swap-oob="innerHTML">2 results' in html
    back = get(signed_in(analyst), "/search/?q=orders", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back


def test_choices_become_chips_that_take_them_back(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), f"/search/?q=order&type=view&domain={sales.pk}&page=1")
    page = text_of(html)
    assert "1 result" in page
    assert "Remove filter Type: View" in page
    assert "Remove filter Domain: Sales" in page
    assert f'href="?q=order&amp;domain={sales.pk}"' in html
    assert 'href="?q=order"' in html
    assert '<input type="checkbox" name="type" value="view" checked' in html.replace('id="', 'x="') or "checked" in html


def test_empty_page_offers_to_drop_a_filter(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), f"/search/?q=order&certification=certified&domain={sales.pk}")
    assert "Without certification 2 results" in text_of(html)
    assert f'href="?q=order&amp;domain={sales.pk}"' in html


def test_misspelling_offers_the_right_spelling(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), "/search/?q=custmers&type=table")
    assert "Did you mean customers ? It finds this:" in text_of(html)
    assert 'href="?q=customers&amp;type=table"' in html


def test_nothing_found_and_nothing_there(analyst: User, signed_in: SignedIn) -> None:
    client = signed_in(analyst)
    assert "Nothing found" in text_of(get(client, "/search/?q=zzzzqqqq"))
    assert "The catalog is empty" in text_of(get(client, "/search/"))


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=99999999999999999999", "size=7", "size=1000000", "sort=no", "updated=5",
     "type=no&type=table", "domain=x&source='&owner=%00", "q=%00%ff", "q=" + "x" * 10_000],
)  # fmt: skip
def test_wrong_addresses_still_answer(analyst: User, signed_in: SignedIn, sales: Domain, query: str) -> None:
    get(signed_in(analyst), f"/search/?{query}")


def test_pages_keep_the_question(analyst: User, signed_in: SignedIn) -> None:
    for number in range(12):
        make_asset(f"orders_{number}")
    index_all()
    html = get(signed_in(analyst), "/search/?q=orders&size=10&page=2")
    assert "12 results" in text_of(html)
    assert html.count('class="result"') == 2
    assert 'href="?q=orders&amp;size=10&amp;page=1"' in html


def test_page_is_light_and_asks_little(analyst: User, signed_in: SignedIn) -> None:
    for number in range(40):
        schema = make_schema(domain=make_domain(f"A domain with a longish name {number}"))
        comment = "One row an order, with whatever the shop knows of the customer who placed it and of its delivery. "
        columns = ["order_id", "customer_id", "ordered_at", "order_total"]
        name = f"customer_orders_{number:03}"
        said = {"certification": "none" if number % 3 else "certified", "sensitivity": "" if number % 2 else "public"}
        make_asset(name, schema=schema, columns=columns, comment=comment * 3, row_estimate=1_200_000, **said)
    index_all()
    client = signed_in(analyst)
    get(client, "/search/?q=order")
    with CaptureQueriesContext(connection) as queries:
        html = get(client, "/search/?q=order")
    assert html.count('class="result"') == 15
    assert len(html.encode()) <= 40_000
    assert len(queries) <= 15


def test_csv_holds_all_pages(analyst: User, signed_in: SignedIn, sales: Domain, secret: Asset) -> None:
    response = signed_in(analyst).get("/search/?q=order&size=10&format=csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    lines = b"".join(response).decode().splitlines()
    assert lines[0].startswith("Name,Path,Type,Description,Owners,")
    assert [line.split(",")[0] for line in lines[1:]] == ["orders", "order_totals"]


def test_outsider_gets_the_same_answer_as_for_nothing(
    outsider: User, signed_in: SignedIn, sales: Domain, secret: Asset
) -> None:
    client = signed_in(outsider)
    for text in ("takeover", "takeover_orders", "bidder", "mergers", "board"):
        said = _answer_in(get(client, f"/search/?q={text}"))
        nothing = _answer_in(get(client, "/search/?q=qqqqqqqqq"))
        assert said == nothing.replace("qqqqqqqqq", text)
    for page in (get(client, "/search/"), get(client, "/search/?q=orders"), get(client, "/search/suggest/?q=order")):
        assert not [word for word in ("takeover", "Mergers", "bidder", "the board") if word in page]


def test_revoked_grant_closes_the_next_request(outsider: User, signed_in: SignedIn, secret: Asset) -> None:
    client = signed_in(outsider)
    assert secret.domain
    assign_perm("assets.view_domain", outsider, secret.domain)
    assert "takeover" in get(client, "/search/")
    remove_perm("assets.view_domain", outsider, secret.domain)
    assert "takeover" not in get(client, "/search/")


def test_suggestions_come_in_groups(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), "/search/suggest/?q=ord")
    asset = Asset.objects.get(name="orders")
    assert f'data-href="/assets/{asset.pk}/"' in html
    assert re.findall(r'aria-label="([^"]+)"', html) == ["Tables and views", "Columns"]
    assert "order_id in 2 tables" in text_of(html)
    assert "Domains" in get(signed_in(analyst), "/search/suggest/?q=sal")


@pytest.mark.parametrize(
    "query", ["", "q=", "q=a", "q=%00", "q=%F0%9F%98%80%F0%9F%98%80", "q=" + "%22" * 50, "q=" + "x" * 5000]
)
def test_suggestions_of_nothing_are_empty(analyst: User, signed_in: SignedIn, sales: Domain, query: str) -> None:
    assert 'role="option"' not in get(signed_in(analyst), f"/search/suggest/?{query}")


def test_column_suggestions_lead_to_the_same_column_everywhere(
    analyst: User, signed_in: SignedIn, sales: Domain
) -> None:
    assert 'data-href="/columns/order_id/"' in get(signed_in(analyst), "/search/suggest/?q=order_i")


def test_people_are_suggested_while_they_answer_for_something_in_sight(
    analyst: User, outsider: User, steward: User, signed_in: SignedIn, secret: Asset
) -> None:
    Ownership.objects.create(asset=secret, role="owner", person=steward)
    index_all()
    assert "Stella" not in get(signed_in(outsider), "/search/suggest/?q=stel")
    assign_perm("assets.view_asset", outsider, secret)
    html = get(signed_in(outsider), "/search/suggest/?q=stel")
    assert f'data-href="/search/?owner=person%3A{steward.pk}"' in html
    assert "takeover_orders" in get(signed_in(outsider), f"/search/?owner=person:{steward.pk}")


def test_empty_field_offers_what_was_done_last(
    analyst: User, steward: User, signed_in: SignedIn, sales: Domain
) -> None:
    client = signed_in(analyst)
    get(client, "/search/?q=order+totals")
    orders = Asset.objects.get(name="orders")
    get(client, f"/assets/{orders.pk}/")
    html = get(client, "/search/suggest/?q=")
    assert re.findall(r'aria-label="([^"]+)"', html) == ["Recent searches", "Recently looked at"]
    assert 'data-href="/search/?q=order+totals"' in html
    assert f'data-href="/assets/{orders.pk}/"' in html
    assert "order totals" not in get(signed_in(steward), "/search/suggest/?q=")


def test_columns_are_results_of_their_own(analyst: User, signed_in: SignedIn, sales: Domain, secret: Asset) -> None:
    client = signed_in(analyst)
    html = get(client, "/search/?q=customer+id&kind=columns")
    assert "Columns in 2 tables" in text_of(html)
    for name in ("orders", "customers"):
        asset = Asset.objects.get(name=name)
        assert f'href="/assets/{asset.pk}/columns/?q=customer_id"' in html
    assert html.count("<code><mark>customer</mark>_<mark>id</mark></code>") == 2
    assert 'name="kind" value="columns"' in html
    assert get(client, "/search/number/?q=customer+id&kind=columns").strip() == '<span class="n">2</span>'
    assert get(client, "/search/number/?q=bidder&kind=columns").strip() == '<span class="n">0</span>'
    assert get(client, "/search/number/?q=type:table&kind=columns").strip() == '<span class="n">0</span>'
    assert "Nothing found" in text_of(get(client, "/search/?q=bidder&kind=columns"))
    assert "Which column?" in text_of(get(client, "/search/?kind=columns"))


def test_many_columns_are_cut_and_counted(analyst: User, signed_in: SignedIn) -> None:
    make_asset("measures", columns=[f"amount_{number}" for number in range(9)])
    index_all()
    assert "and 4 more" in text_of(get(signed_in(analyst), "/search/?q=amount&kind=columns"))


def test_csv_of_columns_has_a_row_a_column(analyst: User, signed_in: SignedIn, sales: Domain, secret: Asset) -> None:
    response = signed_in(analyst).get("/search/?q=id&kind=columns&format=csv")
    lines = b"".join(response).decode().splitlines()
    assert lines[0].startswith("Table,Column,Type,")
    assert sorted(line.split(",")[1] for line in lines[1:]) == ["customer_id", "customer_id", "order_id", "order_id"]


def test_why_is_said_with_points(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), "/search/?q=orders")
    assert html.count("<summary>Why this result?</summary>") == 2
    assert re.search(r"Why this result\?</summary>[^<]* \+\d", html)


def test_facets_of_sensitivity_use_and_history(
    analyst: User, outsider: User, signed_in: SignedIn, sales: Domain
) -> None:
    Asset.objects.filter(name="orders").update(sensitivity="public", history_from="2015-01-01", history_to="2025-12-31")
    index_all()
    client = signed_in(analyst)
    assert "Not classified" in text_of(get(client, "/search/"))
    assert "1 result" in text_of(get(client, "/search/?q=order&sensitivity=public"))
    assert "1 result" in text_of(get(client, "/search/?q=order&history=10"))
    assert "1 result" in text_of(get(client, "/search/?q=order&usable=yes"))
    assert "1 result" in text_of(get(client, "/search/?q=order&sensitivity=none"))


def test_estimates_are_called_so(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    assert number_in_words(109_432, is_about=True) == "about 109,000"
    assert number_in_words(109_432, is_about=False) == "109,432"
    asked = read(QueryDict("q=orders"), analyst)
    shown = Results(asked, Answer((), 109_432, is_about=True), QueryDict("q=orders"))
    assert shown.status == "About 109,000 results"
    assert shown.pages.paginator.count == 10_000


def test_problems_stand_at_the_field(analyst: User, signed_in: SignedIn, sales: Domain) -> None:
    html = get(signed_in(analyst), "/search/?q=updated:whenever+orders")
    problems = html[html.index('id="find-problems"') : html.index('id="fields-place"')]
    assert "whenever" in text_of(problems)
    assert 'aria-describedby="find-problems"' in html


def test_fields_and_help_work_as_pages_and_as_fragments(analyst: User, signed_in: SignedIn) -> None:
    client = signed_in(analyst)
    page = get(client, "/search/fields/?q=owner:me+orders&type=view")
    assert "<h1>Search by fields</h1>" in page
    assert 'value="orders"' in page
    assert '<input type="hidden" name="type" value="view">' in page
    assert "<html" not in get(client, "/search/fields/?q=orders", **{"HX-Request": "true"})
    assert "month end" in get(client, "/search/help/", **{"HX-Request": "true"})


def test_signed_out_are_sent_to_sign_in(db: None) -> None:
    assert Client().get("/search/").status_code == 302
    assert Client().get("/search/suggest/?q=or").status_code == 302


def test_only_reading(analyst: User, signed_in: SignedIn) -> None:
    assert signed_in(analyst).post("/search/").status_code == 405


def _answer_in(html: str) -> str:
    """Return the part of a page between its search field and its end, without the number of the search."""
    return re.sub('data-asked="[0-9]+"', "", html[html.index('id="facet-list"') : html.index("</main>")])
