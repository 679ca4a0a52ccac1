"""Search analytics, one's own recent searches, and the noting of what was opened."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.people.models import User
from catalog.search.models import AskedQuery, OpenedResult
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset, make_domain, make_schema
from tests.factories.company import Company
from tests.factories.searches import make_asked_queries

SignedIn = Callable[[User], Client]
JSON = "application/json"


def shown(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def asked_in(page: str) -> str:
    found = re.search(r'data-asked="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("persona", ["analyst", "officer", "engineer", "outsider"])
def test_only_stewards_and_administrators_see_it(persona: str, company: Company, signed_in: SignedIn) -> None:
    make_asked_queries(company)
    for query in ("", "?format=csv"):
        response = signed_in(company.people[persona]).get(f"/search/analytics/{query}")
        assert response.status_code == 403
        assert b"revenue" not in response.content


def test_steward_sees_where_search_fails(company: Company, signed_in: SignedIn) -> None:
    make_asked_queries(company)
    text = shown(signed_in(company.people["steward"]), "/search/analytics/?days=7")
    assert "33 %" in text
    assert '<a href="/search/?q=kpi">kpi</a>' in text
    assert 'href="/search/?q=revenue&amp;described=no"' in text
    assert 'href="/search/dictionary/new/?short=kpi"' in text
    assert "Searches a week" in text


def test_what_one_person_asked_is_not_shown(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["analyst"])
    for text in ("my divorce", "orders"):
        client.get("/search/", {"q": text})
    signed_in(company.people["engineer"]).get("/search/", {"q": "ORDERS"})
    steward = signed_in(company.people["steward"])
    page = shown(steward, "/search/analytics/")
    csv = b"".join(steward.get("/search/analytics/?format=csv")).decode()
    for answer in (page, csv):
        assert "orders" in answer
        assert "divorce" not in answer


def test_csv(company: Company, signed_in: SignedIn) -> None:
    make_asked_queries(company)
    response: Any = signed_in(company.people["steward"]).get("/search/analytics/?format=csv")
    lines = b"".join(response).decode().splitlines()
    assert lines == [
        "List,Text,Searches,People,Mean place of the first opened",
        "Most asked,kpi,3,3,",
        "Most asked,orders,3,3,1.0",
        "Most asked,revenue,3,3,",
        "Without results,kpi,3,3,",
        "Without a click,revenue,3,3,",
    ]


def test_empty_state_and_odd_periods(admin: User, signed_in: SignedIn) -> None:
    assert "Nobody has searched yet" in shown(signed_in(admin), "/search/analytics/?days=99999999")


def test_a_search_is_noted_and_its_results_say_how_to_tell_what_was_opened(analyst: User, signed_in: SignedIn) -> None:
    assets = [make_asset(f"orders_{n}") for n in range(12)]
    index_all()
    page = shown(signed_in(analyst), "/search/?q=orders&size=10&page=2")
    assert asked_in(page) == str(AskedQuery.objects.get().pk)
    assert 'data-opened="/search/opened/"' in page
    places = re.findall(r'data-result="(\d+)" data-place="(\d+)"', page)
    assert [place for _, place in places] == ["11", "12"]
    assert {int(pk) for pk, _ in places} < {asset.pk for asset in assets}
    fragment = signed_in(analyst).get("/search/?q=orders", headers={"HX-Request": "true"}).content.decode()
    assert asked_in(fragment) == asked_in(page)


def test_looking_without_asking_is_not_noted(analyst: User, signed_in: SignedIn) -> None:
    assert "data-asked" not in shown(signed_in(analyst), "/search/")
    signed_in(analyst).head("/search/?q=orders")
    signed_in(analyst).get("/search/?q=orders&format=csv")
    assert not AskedQuery.objects.exists()


@pytest.mark.parametrize("is_json", [True, False])
def test_opened(is_json: bool, analyst: User, signed_in: SignedIn) -> None:
    asset, client = make_asset("orders"), signed_in(analyst)
    asked = asked_in(shown(client, "/search/?q=orders"))
    facts = {"asked": asked, "asset": asset.pk, "place": 3}
    response = (
        client.post("/search/opened/", facts, content_type=JSON) if is_json else client.post("/search/opened/", facts)
    )
    assert (response.status_code, response.content) == (204, b"")
    assert list(OpenedResult.objects.values_list("asset", "place")) == [(asset.pk, 3)]


def test_opened_says_nothing_and_does_nothing_for_what_is_hidden_or_not_ones_own(
    analyst: User, outsider: User, signed_in: SignedIn
) -> None:
    hidden = make_asset("takeover", schema=make_schema(domain=make_domain(is_private=True)))
    open_one, client = make_asset("orders"), signed_in(outsider)
    theirs = asked_in(shown(signed_in(analyst), "/search/?q=orders"))
    mine = asked_in(shown(client, "/search/?q=orders"))
    for asked, asset in ((mine, hidden.pk), (mine, 987_654_321), (theirs, open_one.pk)):
        assert client.post("/search/opened/", {"asked": asked, "asset": asset, "place": 1}).status_code == 204
    for body in (b"", b"[]", b"{", b'{"asked": {}}', json.dumps({"asked": mine, "asset": open_one.pk}).encode()):
        assert client.post("/search/opened/", body, content_type=JSON).status_code == 204
    assert not OpenedResult.objects.exists()
    assert client.get("/search/opened/").status_code == 405


def test_opened_needs_the_token_of_a_form(analyst: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst, backend="access.people.backends.RoleBackend")
    facts = {"asked": asked_in(shown(client, "/search/?q=orders")), "asset": make_asset().pk, "place": 1}
    assert client.post("/search/opened/", facts).status_code == 403
    assert not OpenedResult.objects.exists()


def test_recent_searches_are_ones_own_and_can_be_forgotten(analyst: User, steward: User, signed_in: SignedIn) -> None:
    for text in ("orders", "bills"):
        signed_in(analyst).get("/search/", {"q": text})
    client = signed_in(steward)
    assert "No recent search" in shown(client, "/search/recent/")
    client.post("/search/recent/")
    assert AskedQuery.objects.count() == 2
    client = signed_in(analyst)
    client.post("/search/recent/", {"key": "orders"})
    page = shown(client, "/search/recent/")
    assert 'href="/search/?q=bills"' in page
    assert "q=orders" not in page
    client.post("/search/recent/")
    assert not AskedQuery.objects.exists()
