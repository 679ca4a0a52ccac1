"""Editing on the pages of assets: in place, on plain pages, refused, and in each other's way."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from access.people.models import User
from catalog.assets.models import Asset, Description, Ownership
from governance.audit.models import Event
from portal.kit.models import OutboxMessage
from tests.factories.company import Company

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
HTMX = {"hx-request": "true"}


@pytest.fixture
def url(company: Company) -> str:
    return reverse("assets:description", args=[company.orders.pk])


@pytest.fixture
def steward(company: Company, signed_in: SignedIn) -> Client:
    return signed_in(company.people["steward"])


def test_a_description_is_edited_in_place(company: Company, url: str, steward: Client) -> None:
    form = steward.get(url, headers=HTMX).content.decode()
    assert form.lstrip().startswith('<form class="editable')
    assert 'name="version" value="0"' in form
    saved = steward.post(url, {"text": "Every **order**", "version": 0}, headers=HTMX).content.decode()
    assert "<strong>order</strong>" in saved
    assert "Written here by Steward Person" in saved
    assert "The source says" in saved
    assert "data-focus" in saved
    assert "The description is saved." in saved
    cancelled = steward.get(url, {"show": 1}, headers=HTMX).content.decode()
    assert "<form" not in cancelled


def test_it_works_as_a_plain_page(company: Company, url: str, steward: Client) -> None:
    assert b"<h1>Describe orders" in steward.get(url).content
    answer = steward.post(url, {"text": "Every order", "version": 0})
    assert (answer.status_code, answer["Location"]) == (302, reverse("assets:detail", args=[company.orders.pk]))
    assert Description.objects.get().text == "Every order"


def test_a_preview_saves_nothing(url: str, steward: Client) -> None:
    answer = steward.post(url, {"text": "Some **bold** words", "version": 0, "preview": "yes"}, headers=HTMX)
    assert b"<strong>bold</strong>" in answer.content
    assert not Description.objects.exists()


def test_markdown_is_safe(url: str, steward: Client) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    body = steward.post(url, {"text": evil, "version": 0}, headers=HTMX).content.decode()
    for part in ("<script>alert", "<img", 'href="javascript'):
        assert part not in body


def test_the_slower_of_two_sees_both_texts(url: str, company: Company, steward: Client, signed_in: SignedIn) -> None:
    admin = signed_in(company.people["admin"])
    admin.post(url, {"text": "Their words", "version": 0})
    answer = steward.post(url, {"text": "My words", "version": 0}, headers=HTMX)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody was faster" in body
    assert "Their" in body
    assert ">My words</textarea>" in body
    assert 'name="version" value="1"' in body
    assert Description.objects.get().text == "Their words"
    steward.post(url, {"text": "My words", "version": 1})
    assert Description.objects.get().text == "My words"


def test_a_column_is_described_by_its_name(url: str, company: Company, steward: Client) -> None:
    company.orders.columns.create(position=9, name='odd "name" & ü', data_type="text")
    assert steward.get(url, {"column": "nothing"}).status_code == 404
    saved = steward.post(url, {"text": "Odd", "version": 0, "column": 'odd "name" & ü'}, headers=HTMX)
    assert saved.status_code == 200
    assert Description.objects.get().column_name == 'odd "name" & ü'
    assert b"?column=odd%20%22name%22%20%26%20%C3%BC" in saved.content


def test_an_analyst_is_told_why_not_and_changes_nothing(url: str, company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["analyst"])
    assert b"Edit</a>" not in client.get(reverse("assets:detail", args=[company.orders.pk])).content
    for answer in (client.get(url), client.post(url, {"text": "Mine", "version": 0})):
        assert answer.status_code == 403
        assert b"Only stewards and people who answer for" in answer.content
    assert not Description.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_an_earlier_text_comes_back(url: str, company: Company, steward: Client, signed_in: SignedIn) -> None:
    for version, text in enumerate(("First", "Second")):
        steward.post(url, {"text": text, "version": version})
    first = Description.history.order_by("history_id").first().history_id
    restore = reverse("assets:restore", args=[company.orders.pk, first])
    assert signed_in(company.people["analyst"]).post(restore).status_code == 403
    assert Description.objects.get().text == "Second"
    assert steward.get(restore).status_code == 405
    assert steward.post(restore).status_code == 302
    assert Description.objects.get().text == "First"
    words = steward.get(f"{reverse('assets:history', args=[company.orders.pk])}?of=words").content.decode()
    assert "Restored the text of" in words
    assert "Shows now" in words


def test_owners_are_named_by_suggestion_or_by_name(company: Company, steward: Client) -> None:
    owners = reverse("assets:owners", args=[company.orders.pk])
    Group.objects.create(name="Sales team")
    analyst = company.people["analyst"]
    found = steward.get(reverse("assets:holders"), {"holder": "anal"}).content.decode()
    assert f'data-value="person:{analyst.pk}"' in found
    steward.post(owners, {"role": "owner", "holder": "whatever", "holder_key": f"person:{analyst.pk}"})
    steward.post(owners, {"role": "steward", "holder": "sales TEAM"})
    assert [str(row) for row in Ownership.objects.filter(asset=company.orders).order_by("pk")] == [
        "Accountable owner: Analyst Person",
        "Steward: Sales team",
    ]
    unknown = steward.post(owners, {"role": "owner", "holder": "Nobody Inparticular"})
    assert unknown.status_code == 422
    assert b"Nobody here has exactly this name" in unknown.content
    row = Ownership.objects.get(asset=company.orders, team__isnull=True)
    steward.post(owners, {"dismiss": row.pk})
    assert not Ownership.objects.filter(pk=row.pk).exists()
    other = Ownership.objects.get(domain=company.sales)
    assert steward.post(owners, {"dismiss": other.pk}).status_code == 404
    assert Ownership.objects.filter(pk=other.pk).exists()


def test_an_analyst_names_nobody(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["analyst"])
    owners = reverse("assets:owners", args=[company.orders.pk])
    assert (
        b"You can&#x27;t change this" in client.get(owners).content
        or b"You can't change this" in client.get(owners).content
    )
    answer = client.post(owners, {"role": "owner", "holder": "Analyst Person"})
    assert answer.status_code == 403
    assert not Ownership.objects.filter(asset=company.orders).exists()


def test_people_without_a_role_look_up_nobody(company: Company, signed_in: SignedIn) -> None:
    answer = signed_in(company.people["outsider"]).get(reverse("assets:holders"), {"holder": "person"})
    assert answer.status_code == 403
    assert b"Analyst Person" not in answer.content


def test_a_deprecation_shows_everywhere(company: Company, steward: Client, signed_in: SignedIn) -> None:
    url = reverse("assets:certification", args=[company.orders.pk])
    silent = steward.post(url, {"state": "deprecated", "note": ""})
    assert silent.status_code == 422
    assert b"Say why, and what to use instead." in silent.content
    steward.post(url, {"state": "deprecated", "note": "Use orders_v2"})
    client = signed_in(company.people["analyst"])
    assert b"Use orders_v2" in client.get(reverse("assets:detail", args=[company.orders.pk])).content
    listed = client.get(reverse("assets:browse_schema", args=[company.schema.pk]), {"q": "orders"}).content
    assert b"Deprecated" in listed
    assert signed_in(company.people["analyst"]).post(url, {"state": "none"}).status_code == 403
    assert Asset.objects.get(pk=company.orders.pk).certification == "deprecated"


def test_how_sensitive_an_asset_is_shows_everywhere(company: Company, steward: Client, signed_in: SignedIn) -> None:
    url = reverse("assets:sensitivity", args=[company.orders.pk])
    assert steward.post(url, {"level": "restricted", "note": "Holds addresses"}).status_code == 302
    silent = steward.post(url, {"level": "internal", "note": ""})
    assert silent.status_code == 422
    assert b"is less sensitive than restricted." in silent.content
    client = signed_in(company.people["analyst"])
    detail = client.get(reverse("assets:detail", args=[company.orders.pk])).content
    assert b"Restricted" in detail
    assert b"Holds addresses" in detail
    listed = client.get(reverse("assets:browse_schema", args=[company.schema.pk]), {"q": "orders"}).content
    assert b"Restricted" in listed
    assert client.post(url, {"level": "", "note": "It is not"}).status_code == 403
    assert Asset.objects.get(pk=company.orders.pk).sensitivity == "restricted"
    assert steward.post(url, {"level": "", "note": "It is not"}).status_code == 302
    assert Asset.objects.get(pk=company.orders.pk).sensitivity == ""


def test_from_when_to_when_data_goes_is_told(company: Company, signed_in: SignedIn) -> None:
    client, url = signed_in(company.people["analyst"]), reverse("assets:detail", args=[company.orders.pk])
    assert b"Data from" not in client.get(url).content
    Asset.objects.filter(pk=company.orders.pk).update(history_from="2012-01-03", history_to="2016-12-31")
    assert b"3 Jan 2012 to 31 Dec 2016, about 5 years" in client.get(url).content


def test_moving_an_asset_into_a_private_domain_hides_it_at_once(company: Company, signed_in: SignedIn) -> None:
    analyst = signed_in(company.people["analyst"])
    page = reverse("assets:detail", args=[company.orders.pk])
    assert analyst.get(page).status_code == 200
    move = reverse("assets:asset_domain", args=[company.orders.pk])
    assert b"Health" not in analyst.get(move).content
    assert analyst.post(move, {"domain": str(company.health.pk)}).status_code == 422
    assert signed_in(company.people["admin"]).post(move, {"domain": str(company.health.pk)}).status_code == 302
    assert analyst.get(page).status_code == 404
    assert Event.objects.filter(verb="asset.placed").count() == 1
