"""Search over the API: the page's answers under the page's rights."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from guardian.shortcuts import assign_perm, remove_perm

from access.people.models import User
from catalog.assets.models import Asset
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset, make_domain, make_schema

SignedIn = Callable[[User], Client]


@pytest.fixture
def secret(db: None) -> Asset:
    """A private asset beside an open one, indexed."""
    make_asset(
        "orders", schema=make_schema(domain=make_domain("Sales")), columns=["order_id"], comment="One row an order."
    )
    asset = make_asset("takeover_orders", schema=make_schema(domain=make_domain("Mergers", is_private=True)))
    index_all()
    return asset


def get(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/v1/search/?{query}")
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def test_answer_holds_results_and_facets(analyst: User, signed_in: SignedIn, secret: Asset) -> None:
    answer = get(signed_in(analyst), "q=order&type=table")
    (result,) = answer["results"]
    asset = Asset.objects.get(name="orders")
    assert (answer["total"], answer["is_about"], answer["page"], answer["correction"]) == (1, False, 1, "")
    assert (result["id"], result["name"], result["path"]) == (asset.pk, "orders", asset.path)
    assert (result["domain"], result["description"], result["owners"]) == ("Sales", "One row an order.", [])
    assert result["matched_columns"] == ["order_id"]
    assert answer["facets"]["type"] == [{"value": "table", "label": "Table", "count": 1, "selected": True}]
    assert {facet["label"] for facet in answer["facets"]["domain"]} == {"Sales"}


def test_private_asset_is_nowhere_for_an_outsider(outsider: User, signed_in: SignedIn, secret: Asset) -> None:
    client = signed_in(outsider)
    hidden, nothing = get(client, "q=takeover"), get(client, "q=qqqqqqq")
    assert hidden == nothing
    for query in ("", "q=orders", "q=mergers", f"domain={secret.domain_id}"):
        answer = get(client, query)
        assert "takeover" not in str(answer)
        assert "Mergers" not in str(answer)
    assert "takeover" not in client.get("/api/v1/search/suggest/?q=take").content.decode()


def test_revocation_acts_on_the_next_request(outsider: User, signed_in: SignedIn, secret: Asset) -> None:
    client = signed_in(outsider)
    assign_perm("assets.view_asset", outsider, secret)
    assert get(client, "q=takeover")["total"] == 1
    assert get(client, "q=takeover")["results"][0]["domain"] is None
    remove_perm("assets.view_asset", outsider, secret)
    assert get(client, "q=takeover")["total"] == 0


def test_suggestions_come_in_groups(analyst: User, signed_in: SignedIn, secret: Asset) -> None:
    groups = signed_in(analyst).get("/api/v1/search/suggest/?q=order").json()
    asset = Asset.objects.get(name="orders")
    assert groups["Tables and views"] == [{"label": "orders", "url": f"/assets/{asset.pk}/", "hint": asset.path}]
    assert groups["Columns"][0]["label"] == "order_id"


def test_reasons_are_given_when_asked_for(analyst: User, signed_in: SignedIn, secret: Asset) -> None:
    client = signed_in(analyst)
    (plain,) = get(client, "q=orders")["results"]
    (told,) = get(client, "q=orders&explain=true")["results"]
    assert plain["reasons"] == []
    assert {"signal", "words", "points"} == set(told["reasons"][0])
    assert round(sum(reason["points"] for reason in told["reasons"]), 6) == round(told["score"], 6)


def test_columns_are_results_of_their_own(analyst: User, signed_in: SignedIn, secret: Asset) -> None:
    answer = get(signed_in(analyst), "q=order+id&kind=columns")
    (result,) = answer["results"]
    assert answer["total"] == 1
    assert result["columns"] == [{"name": "order_id", "type": "text", "description": ""}]
    assert get(signed_in(analyst), "kind=columns")["total"] == 0


def test_same_column_everywhere(analyst: User, outsider: User, signed_in: SignedIn, secret: Asset) -> None:
    answer = signed_in(analyst).get("/api/v1/columns/?name=orderId").json()
    assert (answer["tables"], answer["is_about"], answer["names"]) == (1, False, ["order_id"])
    assert answer["types"] == [{"type": "unknown", "data_types": ["text"], "tables": 1, "described": 0}]
    (use,) = answer["results"]
    assert (use["name"], use["domain"], use["owners"]) == ("order_id", "Sales", [])
    make_asset("bids", schema=secret.schema, columns=["bidder_id"])
    index_all()
    client = signed_in(outsider)
    hidden = client.get("/api/v1/columns/?name=bidder_id").json()
    assert hidden == client.get("/api/v1/columns/?name=no_such_thing").json()
    assert hidden["results"] == []


@pytest.mark.parametrize("query", ["page=x&size=-1&sort=no", "q=%00%22%27", "domain=x", "q=" + "y" * 9_000])
def test_wrong_parameters_are_left_out(analyst: User, signed_in: SignedIn, secret: Asset, query: str) -> None:
    assert get(signed_in(analyst), query)["page"] == 1


def test_refusals_are_problems(db: None, analyst: User, signed_in: SignedIn) -> None:
    refused = Client().get("/api/v1/search/")
    assert refused.status_code in {401, 403}
    assert set(refused.json()) == {"code", "detail"}
    wrong = signed_in(analyst).post("/api/v1/search/")
    assert wrong.status_code == 405
    assert set(wrong.json()) == {"code", "detail"}
