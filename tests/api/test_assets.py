"""Assets and domains over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.people.models import User
from catalog.assets.models import Asset, Description, Domain, Ownership
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_domain, make_schema
from tests.factories.company import PERSONAS, Company, make_company

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
JSON = "application/json"


@pytest.fixture
def company(db: None) -> Company:
    return make_company({name: make_person(f"{name.title()} Person", *roles) for name, roles in PERSONAS.items()})


def _get(client: Client, url: str) -> Any:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize("part", ["", "columns/", "description/", "history/", "owners/"])
def test_a_private_asset_is_the_same_404_as_none(part: str, company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["steward"])
    hidden, missing = (client.get(f"/api/v1/assets/{pk}/{part}") for pk in (company.patients.pk, 987_654))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content


def test_lists_and_counts_leave_out_what_is_hidden(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["analyst"])
    paths = [asset["path"] for asset in _get(client, "/api/v1/assets/?limit=200")["results"]]
    assert len(paths) == 31
    assert not [path for path in paths if "patients" in path]
    assert [domain["name"] for domain in _get(client, "/api/v1/domains/")["results"]] == ["Sales"]
    assert client.get(f"/api/v1/domains/{company.health.pk}/").status_code == 404
    assert _get(client, f"/api/v1/assets/?domain={company.health.pk}")["results"] == []
    for_officer = signed_in(company.people["officer"])
    assert len(_get(for_officer, f"/api/v1/assets/?domain={company.health.pk}")["results"]) == 1


def test_a_domain_is_not_betrayed_by_a_single_asset(company: Company, signed_in: SignedIn) -> None:
    Ownership.objects.create(asset=company.patients, role="custodian", person=company.people["analyst"])
    client = signed_in(company.people["analyst"])
    assert _get(client, f"/api/v1/assets/{company.patients.pk}/")["domain"] is None
    assert _get(client, f"/api/v1/assets/?domain={company.health.pk}")["results"] == []


def test_the_list_is_narrowed(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["analyst"])
    Asset.objects.filter(pk=company.orders.pk).update(certification="certified", kind="view")
    Asset.objects.filter(pk=company.assets[0].pk).update(gone_at="2026-01-01T00:00Z")
    for query, number in (
        ("", 30),
        ("q=ORDERS_00", 9),
        ("certification=certified", 1),
        ("kind=view", 1),
        (f"schema={company.schema.pk}", 30),
        (f"source={company.source.pk}", 30),
        ("source=987654", 0),
        ("gone=true", 1),
        ("gone=false", 30),
    ):
        assert len(_get(client, f"/api/v1/assets/?limit=200&{query}")["results"]) == number, query


def test_an_asset_tells_what_shows(company: Company, signed_in: SignedIn) -> None:
    shown = _get(signed_in(company.people["analyst"]), f"/api/v1/assets/{company.orders.pk}/")
    assert shown["description"] == "One row an order."
    assert [(owner["name"], owner["role"]) for owner in shown["owners"]] == [("Steward Person", "owner")]
    assert (shown["domain"]["name"], shown["schema"]["name"], shown["row_estimate"]) == ("Sales", "sales", 120_000)


def test_queries_do_not_grow_with_the_list(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["analyst"])
    counts = []
    for limit in (2, 30):
        with CaptureQueriesContext(connection) as queries:
            _get(client, f"/api/v1/assets/?limit={limit}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_whoever_sees_few_turns_pages_there_and_back(analyst: User, signed_in: SignedIn) -> None:
    private = make_domain(is_private=True)
    assets = [make_asset(domain=private) for _ in range(12)]
    for asset in assets[::2]:
        asset.ownerships.create(person=analyst, role="owner")
    wanted = [asset.pk for asset in reversed(assets[::2])]
    client, url, pages = signed_in(analyst), "/api/v1/assets/?limit=4", []
    while url:
        told = client.get(url).json()
        pages.append([one["id"] for one in told["results"]])
        before, url = told["previous"], told["next"]
    assert pages == [wanted[:4], wanted[4:]]
    assert [one["id"] for one in client.get(before).json()["results"]] == wanted[:4]


def test_how_sensitive_an_asset_is_can_be_said(company: Company, signed_in: SignedIn) -> None:
    url = f"/api/v1/assets/{company.orders.pk}/sensitivity/"
    steward, facts = signed_in(company.people["steward"]), "application/json"
    assert steward.put(url, {"level": "confidential"}, facts).json() == {"level": "confidential", "note": ""}
    lowered = steward.put(url, {"level": "public"}, facts)
    assert (lowered.status_code, Asset.objects.get(pk=company.orders.pk).sensitivity) == (422, "confidential")
    assert signed_in(company.people["analyst"]).put(url, {"level": "", "note": "No"}, facts).status_code == 403
    assert steward.put(url, {"level": "", "note": "A mistake"}, facts).status_code == 200
    assert Asset.objects.get(pk=company.orders.pk).sensitivity == ""


def test_columns_come_page_by_page_in_their_order(analyst: User, signed_in: SignedIn) -> None:
    wide = make_asset(columns=[f"c{number:04}" for number in range(1600)])
    client = signed_in(analyst)
    first = _get(client, f"/api/v1/assets/{wide.pk}/columns/?limit=200")
    assert [column["position"] for column in first["results"]] == list(range(1, 201))
    second = _get(client, first["next"])
    assert second["results"][0]["name"] == "c0200"


def test_a_description_is_written_under_its_version(company: Company, signed_in: SignedIn) -> None:
    client, url = signed_in(company.people["steward"]), f"/api/v1/assets/{company.orders.pk}/description/"
    written = client.patch(url, {"text": "Every order", "version": 0}, content_type=JSON).json()
    assert (written["version"], [layer["layer"] for layer in written["layers"]]) == (1, ["human", "harvested"])
    late = client.patch(url, {"text": "Mine", "version": 0}, content_type=JSON)
    assert (late.status_code, late.json()["code"]) == (409, "outdated")
    column = client.patch(url, {"text": "In EUR", "version": 0, "column": "amount"}, content_type=JSON)
    assert column.status_code == 200
    assert _get(client, f"{url}?column=amount")["layers"][0]["text"] == "In EUR"
    assert Description.objects.count() == 2
    assert {one["column"] for one in _get(client, f"/api/v1/assets/{company.orders.pk}/history/")["descriptions"]} == {
        "",
        "amount",
    }


def test_an_analyst_writes_nothing(company: Company, signed_in: SignedIn) -> None:
    client, url = signed_in(company.people["analyst"]), f"/api/v1/assets/{company.orders.pk}"
    refused = client.patch(f"{url}/description/", {"text": "Mine", "version": 0}, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    me = f"person:{company.people['analyst'].pk}"
    assert client.post(f"{url}/owners/", {"role": "owner", "holder": me}, content_type=JSON).status_code == 403
    assert client.post("/api/v1/domains/", {"name": "Mine"}, content_type=JSON).status_code == 403
    assert client.patch(f"/api/v1/domains/{company.sales.pk}/", {"name": "M"}, content_type=JSON).status_code == 403
    assert client.delete(f"/api/v1/domains/{company.sales.pk}/").status_code == 403
    assert not Description.objects.exists()
    assert not Ownership.objects.filter(asset=company.orders).exists()
    assert set(Domain.objects.values_list("name", flat=True)) == {"Sales", "Health"}


def test_owners_are_named_and_dismissed(company: Company, signed_in: SignedIn) -> None:
    client, url = signed_in(company.people["steward"]), f"/api/v1/assets/{company.orders.pk}/owners/"
    analyst = company.people["analyst"]
    named = client.post(url, {"role": "steward", "holder": f"person:{analyst.pk}"}, content_type=JSON)
    assert (named.status_code, named.json()["name"]) == (201, "Analyst Person")
    unknown = client.post(url, {"role": "steward", "holder": "person:987654"}, content_type=JSON)
    assert (unknown.status_code, list(unknown.json()["fields"])) == (422, ["holder"])
    assert [owner["name"] for owner in _get(client, url)] == ["Analyst Person"]
    assert client.delete(f"{url}{named.json()['id']}/").status_code == 204
    assert [owner["name"] for owner in _get(client, url)] == ["Steward Person"], "the domain's again"


def test_a_domain_is_made_changed_closed_and_removed(admin: User, analyst: User, signed_in: SignedIn) -> None:
    client = signed_in(admin)
    made = client.post("/api/v1/domains/", {"name": "Logistics"}, content_type=JSON)
    assert (made.status_code, made.json()["slug"], made.json()["assets"]) == (201, "logistics", 0)
    url = f"/api/v1/domains/{made.json()['id']}/"
    make_asset(schema=make_schema(domain=Domain.objects.get()))
    changed = client.patch(url, {"description": "Ships", "is_private": True}, content_type=JSON).json()
    assert (changed["name"], changed["description"], changed["is_private"], changed["assets"]) == (
        "Logistics",
        "Ships",
        True,
        1,
    )
    assert signed_in(analyst).get(url).status_code == 404
    assert client.delete(url).status_code == 409
    client.patch(url, {"is_private": False}, content_type=JSON)
    assert client.delete(url).status_code == 204
    assert not Domain.objects.exists()


def test_a_taken_name_comes_back_at_its_field(admin: User, signed_in: SignedIn) -> None:
    make_domain("Sales")
    answer = signed_in(admin).post("/api/v1/domains/", {"name": "SALES"}, content_type=JSON)
    assert (answer.status_code, list(answer.json()["fields"])) == (409, ["name"])
