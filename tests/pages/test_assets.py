"""The pages of assets: what they show, to whom, and at what cost."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access.people.models import User
from catalog.assets.models import Asset, Description, Follow, Key, Ownership, Visit
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source
from tests.factories.company import Company

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
MOST_BYTES = 40_000
MOST_QUERIES = 15
PAGES = [
    "detail",
    "columns",
    "history",
    "activity",
    "owners",
    "certification",
    "asset_domain",
    "asset_access",
    "description",
]


def page_of(asset: Asset, name: str = "detail") -> str:
    return reverse(f"assets:{name}", args=[asset.pk])


def queries_of(client: Client, url: str) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


def test_the_head_tells_what_whose_how_fresh_and_for_whom(company: Company, signed_in: SignedIn) -> None:
    text = signed_in(company.people["analyst"]).get(page_of(company.orders)).content.decode()
    for told in (
        "orders",
        "Table",
        "Steward Person",
        "about 120,000 rows",
        "Open to everybody here",
        "One row an order.",
    ):
        assert told in text


@pytest.mark.parametrize("name", PAGES)
def test_a_private_asset_is_the_same_404_as_none(name: str, company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["outsider"])
    hidden, missing = (client.get(reverse(f"assets:{name}", args=[pk])) for pk in (company.patients.pk, 987_654))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    without_numbers = hidden.content.replace(str(company.patients.pk).encode(), b"N")
    assert b"patients" not in without_numbers
    assert b"Health" not in without_numbers


@pytest.mark.parametrize("name", ["follow", "description", "owners", "certification", "asset_domain", "asset_access"])
def test_posting_to_a_private_asset_does_nothing(name: str, company: Company, signed_in: SignedIn) -> None:
    before = Follow.objects.count()
    answer = signed_in(company.people["steward"]).post(page_of(company.patients, name), {"text": "x", "version": 0})
    assert answer.status_code == 404
    assert Follow.objects.count() == before
    assert not Description.objects.exists()


def test_a_get_is_a_visit_and_a_glimpse_is_not(company: Company, signed_in: SignedIn) -> None:
    client, url = signed_in(company.people["analyst"]), page_of(company.assets[0])
    client.head(url)
    client.get(url, headers={"sec-purpose": "prefetch;prerender"})
    assert not Visit.objects.filter(asset=company.assets[0]).exists()
    client.get(url)
    assert Visit.objects.get(asset=company.assets[0]).times == 1


def test_a_gone_asset_still_has_its_page_but_leaves_the_list(company: Company, signed_in: SignedIn) -> None:
    gone = company.assets[0]
    Asset.objects.filter(pk=gone.pk).update(gone_at=timezone.now())
    client = signed_in(company.people["analyst"])
    assert "This is no longer in its source" in client.get(page_of(gone)).content.decode()
    listed = reverse("assets:browse_schema", args=[company.schema.pk])
    assert page_of(gone) not in client.get(listed).content.decode()
    assert page_of(gone) in client.get(f"{listed}?gone=1&q={gone.name}").content.decode()


def test_a_hidden_table_is_named_nowhere_on_an_open_page(company: Company, signed_in: SignedIn) -> None:
    Key.objects.create(
        asset=company.orders, kind="foreign", name="to_patients", columns=["customer_id"], target_schema="health",
        target_name="patients", target_columns=["patient_id"], definition="REFERENCES health.patients(patient_id)",
    )  # fmt: skip
    view = make_asset("overview", kind="view", schema=company.schema, definition="SELECT 1 FROM health.patients")
    client = signed_in(company.people["analyst"])
    for url in (page_of(company.orders), page_of(company.orders, "columns"), page_of(view)):
        assert "patients" not in client.get(url).content.decode()
    assert "a table you can't see" in client.get(page_of(company.orders)).content.decode()
    for_officer = signed_in(company.people["officer"])
    assert "health.patients" in for_officer.get(page_of(company.orders)).content.decode()
    assert "FROM health.patients" in for_officer.get(page_of(view)).content.decode()


def test_a_single_asset_shown_by_name_does_not_betray_its_domain(company: Company, signed_in: SignedIn) -> None:
    Ownership.objects.create(asset=company.patients, role="custodian", person=company.people["analyst"])
    client = signed_in(company.people["analyst"])
    schema = reverse("assets:browse_schema", args=[company.private_schema.pk])
    for url in (page_of(company.patients), schema, f"{schema}?format=csv", reverse("assets:browse")):
        answer = client.get(url)
        body = answer.getvalue()
        assert b"Health" not in body
        assert answer.status_code == 200


def test_followers_are_one_button_away(company: Company, signed_in: SignedIn) -> None:
    client, asset = signed_in(company.people["outsider"]), company.assets[1]
    assert client.post(page_of(asset, "follow")).status_code == 302
    assert Follow.objects.filter(asset=asset).count() == 1
    fragment = client.post(page_of(asset, "follow"), {"stop": "yes"}, headers={"hx-request": "true"})
    assert b"Follow" in fragment.content
    assert b"<html" not in fragment.content
    assert not Follow.objects.filter(asset=asset).exists()


def test_sixteen_hundred_columns_are_a_light_page(analyst: User, steward: User, signed_in: SignedIn) -> None:
    names = [f"feature_{number:04}_of_the_customer_model" for number in range(1600)]
    wide = make_asset(columns=names)
    for person in (analyst, steward):
        client = signed_in(person)
        answer = client.get(page_of(wide, "columns"))
        assert len(answer.content) < MOST_BYTES
        assert answer.content.count(b"feature_") < 26 * 5
        assert len(queries_of(client, page_of(wide, "columns"))) <= MOST_QUERIES
    found = signed_in(analyst).get(page_of(wide, "columns"), {"q": "_1599_"}).content.decode()
    assert found.count("<b>feature_") == 1
    last = signed_in(analyst).get(page_of(wide, "columns"), {"sort": "-position"}).content.decode()
    assert last.index("feature_1599") < last.index("feature_1598")


def test_columns_as_csv_hold_every_column_and_the_text_that_shows(company: Company, signed_in: SignedIn) -> None:
    Description.objects.create(asset=company.orders, column_name="amount", text="Gross, in EUR")
    answer = signed_in(company.people["analyst"]).get(page_of(company.orders, "columns"), {"format": "csv"})
    rows = answer.getvalue().decode().splitlines()
    assert rows[0] == "#,Name,Type,Holds,Nulls,Default,Description"
    assert rows[3] == '3,amount,text,Other,yes,,"Gross, in EUR"'
    assert len(rows) == 5


def _hang_on(asset: Asset, number: int) -> None:
    """Give the asset one more of everything that its pages show."""
    target = make_asset(f"{asset.name}_{number}", schema=asset.schema)
    for one, other in ((asset, target), (target, asset)):
        Key.objects.create(
            asset=one, kind="foreign", name=f"key_{number}", columns=["a"], target_schema="sales",
            target_name=other.name, target_columns=["a"],
        )  # fmt: skip
    asset.columns.create(position=100 + number, name=f"c{number}", data_type="text")
    Description.objects.create(asset=asset, column_name=f"c{number}", text="Words")
    asset.schema_changes.create(
        run=number, kind="changed", part="column", name="a", before={}, after={}, seen_at=timezone.now()
    )


@pytest.mark.parametrize("name", ["detail", "columns", "history", "activity", "owners"])
def test_queries_do_not_grow_with_what_is_shown(name: str, analyst: User, signed_in: SignedIn) -> None:
    source = make_source()
    schema = make_schema("sales", source=source, domain=make_domain())
    small, large = (make_asset(name, schema=schema, columns=["a", "b"]) for name in ("small", "large"))
    for asset, number in ((small, 1), (large, 12)):
        for other in range(number):
            _hang_on(asset, other)
        asset.ownerships.create(person=analyst, role="custodian")
    client = signed_in(analyst)
    few, many = (queries_of(client, page_of(asset, name)) for asset in (small, large))
    assert len(few) == len(many), "\n".join(query[:120] for query in [*few, "", *many])
    assert len(many) <= MOST_QUERIES


def test_the_history_tells_structure_and_words(company: Company, signed_in: SignedIn) -> None:
    company.orders.schema_changes.create(
        run=99, kind="changed", part="column", name="amount", seen_at=timezone.now(), is_breaking=True,
        before={"data_type": "integer", "is_nullable": True}, after={"data_type": "numeric", "is_nullable": False},
    )  # fmt: skip
    text = signed_in(company.people["analyst"]).get(page_of(company.orders, "history")).content.decode()
    for told in ("Breaking", "integer", "numeric", "Nulls allowed"):
        assert told in text


def test_activity_tells_who_did_what(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["steward"])
    client.post(page_of(company.orders, "certification"), {"state": "certified", "note": "Reconciled"})
    text = signed_in(company.people["analyst"]).get(page_of(company.orders, "activity")).content.decode()
    assert "<strong>Steward Person</strong> certified" in text
    assert "Reconciled" in text
