"""No page, suggestion or answer of the API names what is hidden from whoever asks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.people.models import User
from catalog.assets.models import ChangeKind, SchemaChange
from catalog.harvest.models import Run
from catalog.search.actions import rebuild
from portal.kit.models import JobRun, JobState
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source
from tests.factories.company import Company
from tests.pages.conftest import company
from tests.pages.tour import STOPS

__all__ = ["company"]

SECRET = "zyxsecret"
PLACES = [
    "/palette/?q=zyx",
    "/search/suggest/?q=zyx",
    "/search/?q=zyx",
    "/search/?q=zyxsecrat",
    "/search/?format=csv",
    "/?changes=all",
    "/?changes=followed",
    "/?changes=mine",
    *(f"/api/v1/{name}/" for name in ("assets", "domains", "sources", "runs", "search")),
    "/api/v1/search/?q=zyx",
]


@pytest.fixture
def secrets(company: Company) -> Company:
    """Add a private source whose last harvest failed and a private domain, with names found nowhere else."""
    source = make_source(f"{SECRET} source", is_private=True)
    schema = make_schema(f"{SECRET}_schema", source=source)
    hidden = make_asset(f"{SECRET}_ledger", schema=schema, columns=[f"{SECRET}_iban"])
    domain = make_domain(f"{SECRET} domain", is_private=True)
    schema = make_schema(f"{SECRET}_health", source=company.source, domain=domain)
    in_domain = make_asset(f"{SECRET}_patients", schema=schema, columns=[f"{SECRET}_diagnosis"])
    now = timezone.now()
    job = JobRun.objects.create(
        kind="harvest",
        subject=source.name,
        task="harvest.run",
        state=JobState.FAILED,
        error_message=f"{SECRET} does not answer",
        started_at=now - timedelta(minutes=2),
        finished_at=now - timedelta(minutes=1),
    )
    run = Run.objects.create(source=source, job=job, trigger=Run.Trigger.SCHEDULE, added=1)
    SchemaChange.objects.bulk_create(
        SchemaChange(asset=one, run=run.pk, kind=ChangeKind.ADDED, part="asset", name=one.name, seen_at=now, after={})
        for one in (hidden, in_domain)
    )
    rebuild(lambda done, total: None)
    return company


def _pages(company: Company) -> list[str]:
    return [*dict.fromkeys(stop.url(company) for stop in STOPS), *PLACES, reverse("kit:notifications")]


@pytest.mark.parametrize("name", ["analyst", "steward", "outsider"])
def test_hidden_names_are_nowhere(name: str, secrets: Company, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(secrets.people[name])
    told = []
    for url in _pages(secrets):
        response = client.get(url)
        text = b"".join(response) if response.streaming else response.content
        if SECRET in text.decode().casefold():
            told.append(url)
    assert told == []


def test_those_who_see_everything_are_told(secrets: Company, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(secrets.people["admin"])
    for url in ("/", "/sources/", "/domains/", "/harvest/", "/search/suggest/?q=zyx", "/api/v1/assets/?limit=200"):
        assert SECRET in client.get(url).content.decode(), url
