"""A house in which every part of an address has something open, something hidden, and something missing to name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client

from access.people.actions import tokens
from access.people.models import User
from catalog.assets.actions import describe
from catalog.harvest.models import Rename, Run
from catalog.search.models import Weighting
from catalog.search.postgres.indexing import index
from portal.kit.models import JobRun, JobState, Notification
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_schema, make_source
from tests.factories.changesets import make_offer
from tests.factories.company import PERSONAS, Company, make_company
from tests.factories.dictionary import make_entry, make_removed_entry
from tests.factories.letters import make_letter
from tests.factories.searches import make_saved_search

Values = dict[str, Any]
MISSING = 987_654_321
_API_PARTS = {
    "asset": "asset_id",
    "saved-search": "search_id",
    "search-dictionary": "entry_id",
    "audit-event": "event_id",
    "domain": "domain_id",
    "change-set": "run_id",
    "dead-letter": "letter_id",
    "person": "person_id",
    "rename": "rename_id",
    "run": "run_id",
    "source": "source_id",
    "team": "team_id",
    "token": "token_id",
}


@dataclass
class House:
    """The company, a browser a persona, and values for the parts of addresses: shown to all, hidden, missing."""

    company: Company
    clients: dict[str, Client]
    shown: Values
    hidden: Values
    missing: Values


def for_route(values: Values, name: str) -> Values:
    """Return the values for the address of this name; the API calls all things `pk`."""
    basename = name.removeprefix("api:").rpartition("-")[0]
    return values | {"pk": values[_API_PARTS[basename]]} if basename in _API_PARTS else values


@pytest.fixture
def house(db: None, signed_in: Callable[[User], Client]) -> House:
    cache.clear()  # the counts of throttled requests
    people = {name: make_person(f"{name.title()} Person", *roles) for name, roles in PERSONAS.items()}
    company = make_company(people, tables=2)
    clients = {name: signed_in(person) for name, person in people.items()}
    told = Notification.objects.filter(recipient=people["outsider"]).latest("pk")
    shown = _shown(company) | _people() | {"notification_id": told.pk}
    index([company.orders.pk, company.patients.pk])
    return House(company, clients, shown=shown, hidden=shown | _hidden(company), missing=_missing())


def _shown(company: Company) -> Values:
    admin = company.people["admin"]
    description = describe(asset=company.orders, text="What was ordered.", by=admin, version=0)
    assert description is not None
    return {
        "asset_id": company.orders.pk,
        "domain_id": company.sales.pk,
        "source_id": company.source.pk,
        "schema_id": company.schema.pk,
        "run_id": company.run.pk,
        "rename_id": make_offer(company).pk,
        "search_id": make_saved_search(company.people["outsider"]).pk,
        "entry_id": make_entry().pk,
        "removed_id": make_removed_entry(),
        "weighting_id": Weighting.objects.create(weights={}, note="As it was").pk,
        "letter_id": make_letter(company.source).pk,
        "event_id": company.event.pk,
        "history_id": description.history.get().pk,
        "owner": company.sales.ownerships.get().pk,
        "uidb64": "MQ",
        "token": "abc-123",
        "name": "order_id",
    }


def _people() -> Values:
    other, team = make_person("Other Person"), Group.objects.create(name="Finance")
    other.groups.add(team)
    token, _ = tokens.make(by=other, name="export", days=1)
    return {"person_id": other.pk, "team_id": team.pk, "token_id": token.pk}


def _hidden(company: Company) -> Values:
    source = make_source("Hidden warehouse", is_private=True)
    make_asset("hidden_table", schema=make_schema("hidden", source=source))
    job = JobRun.objects.create(kind="harvest", subject=source.name, task="harvest.run", state=JobState.SUCCEEDED)
    return {
        "asset_id": company.patients.pk,
        "domain_id": company.health.pk,
        "source_id": source.pk,
        "schema_id": company.private_schema.pk,
        "run_id": Run.objects.create(source=source, job=job, trigger=Run.Trigger.PERSON).pk,
        "rename_id": _hidden_offer(company),
        "search_id": make_saved_search(make_person("Searching Person")).pk,
        "name": "diagnosis",
    }


def _hidden_offer(company: Company) -> int:
    """An offer with one side in the private domain."""
    offer = make_offer(company, name="secretly")
    Rename.objects.filter(pk=offer.pk).update(new_asset=company.patients)
    return offer.pk


def _missing() -> Values:
    names = (*_API_PARTS.values(), "schema_id", "history_id", "removed_id", "weighting_id", "owner", "notification_id")
    return dict.fromkeys(names, MISSING) | {
        "event_id": "00000000-0000-4000-8000-000000000000",
        "uidb64": "MQ",
        "token": "abc-123",
        "name": "no_such_column",
    }
