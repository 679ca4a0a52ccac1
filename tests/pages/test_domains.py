"""The pages of domains, and of who may see them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from access.people.models import User
from catalog.assets.models import Asset, Domain
from tests.factories.company import Company, admit

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


def _body(client: Client, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.getvalue()


def test_a_private_domain_is_nowhere_for_outsiders(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["analyst"])
    places = [
        reverse("portal:home"),
        reverse("assets:domains"),
        reverse("assets:browse"),
        reverse("assets:browse_source", args=[company.source.pk]),
        f"{reverse('assets:browse_source', args=[company.source.pk])}?format=csv",
        f"{reverse('assets:browse_schema', args=[company.schema.pk])}?format=csv",
        f"{reverse('assets:domain', args=[company.sales.pk])}?format=csv",
        f"{reverse('portal:palette')}?q=heal",
        f"{reverse('portal:palette')}?q=patients",
    ]
    for place in places:
        body = _body(client, place).lower()
        assert b"health" not in body, place
        assert b">patients" not in body, place
    for url in ("assets:domain", "assets:domain_edit", "assets:domain_access", "assets:domain_owners"):
        hidden, missing = (client.get(reverse(url, args=[pk])) for pk in (company.health.pk, 987_654))
        assert (hidden.status_code, missing.status_code) == (404, 404)
    assert client.get(reverse("assets:browse_schema", args=[company.private_schema.pk])).status_code == 404


def test_whoever_is_admitted_finds_it_until_shut_out(company: Company, signed_in: SignedIn) -> None:
    analyst, admin = signed_in(company.people["analyst"]), signed_in(company.people["admin"])
    page, access = (reverse(name, args=[company.health.pk]) for name in ("assets:domain", "assets:domain_access"))
    admin.post(access, {"holder": "Analyst Person"})
    assert b"patients" in _body(analyst, page)
    listed = _body(admin, access)
    assert b"Analyst Person" in listed
    assert b"admitted by name" in listed
    assert analyst.get(access).status_code == 403
    admin.post(access, {"remove": f"person:{company.people['analyst'].pk}"})
    assert analyst.get(page).status_code == 404


def test_an_admitted_person_does_not_admit_others(company: Company, signed_in: SignedIn) -> None:
    admit(company.people["analyst"], company.health)
    access = reverse("assets:domain_access", args=[company.health.pk])
    answer = signed_in(company.people["analyst"]).post(access, {"holder": "Outsider Person"})
    assert answer.status_code == 403
    assert (
        signed_in(company.people["outsider"]).get(reverse("assets:domain", args=[company.health.pk])).status_code == 404
    )


def test_an_administrator_makes_closes_and_removes_a_domain(company: Company, signed_in: SignedIn) -> None:
    admin = signed_in(company.people["admin"])
    made = admin.post(reverse("assets:domain_new"), {"name": "Logistics", "description": "Ships", "is_private": "on"})
    domain = Domain.objects.get(name="Logistics")
    assert made["Location"] == reverse("assets:domain_owners", args=[domain.pk])
    assert domain.is_private
    twin = admin.post(reverse("assets:domain_new"), {"name": "logistics"})
    assert twin.status_code == 422
    assert b"is taken" in twin.content
    admin.post(reverse("assets:domain_edit", args=[domain.pk]), {"name": "Freight", "description": ""})
    admin.post(reverse("assets:domain_privacy", args=[domain.pk]), {"is_private": "no"})
    domain.refresh_from_db()
    assert (domain.name, domain.is_private) == ("Freight", False)
    admin.post(reverse("assets:domain_remove", args=[domain.pk]))
    assert not Domain.objects.filter(pk=domain.pk).exists()


def test_a_full_private_domain_is_not_removed(company: Company, signed_in: SignedIn) -> None:
    answer = signed_in(company.people["admin"]).post(reverse("assets:domain_remove", args=[company.health.pk]))
    assert answer.status_code == 409
    assert Domain.objects.filter(pk=company.health.pk).exists()


def test_an_owner_edits_but_does_not_close(company: Company, signed_in: SignedIn) -> None:
    steward = signed_in(company.people["steward"])
    edit = reverse("assets:domain_edit", args=[company.sales.pk])
    assert b"Make it private" not in _body(steward, edit)
    assert steward.post(edit, {"name": "Sales and returns"}).status_code == 302
    answer = steward.post(reverse("assets:domain_privacy", args=[company.sales.pk]), {"is_private": "yes"})
    assert answer.status_code == 403
    company.sales.refresh_from_db()
    assert (company.sales.name, company.sales.is_private) == ("Sales and returns", False)


def test_the_list_is_filtered_sorted_and_exported(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(company.people["analyst"])
    url = reverse("assets:domain", args=[company.sales.pk])
    assert b"<b>1</b> row" in _body(client, f"{url}?q=orders_007")
    assert b"<b>30</b> rows" in _body(client, f"{url}?undescribed=1")
    rows = _body(client, f"{url}?format=csv").decode().splitlines()
    assert len(rows) == 32
    assert rows[0].startswith("Name,Kind,Schema,Description,Owner,Rows")
    first = Asset.objects.get(pk=company.orders.pk)
    assert rows[1].startswith(f"{first.path},Table,sales,One row an order.,Steward Person,120000")


def test_a_schema_moves_with_its_assets(company: Company, signed_in: SignedIn) -> None:
    move = reverse("assets:schema_domain", args=[company.schema.pk])
    analyst, admin = signed_in(company.people["analyst"]), signed_in(company.people["admin"])
    assert analyst.post(move, {"domain": "none"}).status_code == 403
    assert Asset.objects.filter(domain=company.sales).count() == 31
    assert admin.post(move, {"domain": str(company.health.pk)}).status_code == 302
    assert Asset.objects.filter(domain=company.health).count() == 32
    assert analyst.get(reverse("assets:browse_schema", args=[company.schema.pk])).status_code == 404
