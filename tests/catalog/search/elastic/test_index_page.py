"""The page of the index and its API: shown to who keeps it, moved by nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from access.people.models import User
from catalog.search.elastic import keeping
from catalog.search.models import Mirror, Pending
from governance.audit.models import Event
from portal.kit import clock
from portal.kit.models import JobRun, JobState
from tests.factories.catalog import make_asset

SignedIn = Callable[[User], Client]
ADDRESS = "/search/index/"
API = "/api/v1/search/index/"


@pytest.fixture
def mirror(settings: Any) -> Mirror:
    """An Elasticsearch that is set up; nothing listens there."""
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"
    return Mirror.objects.create(pk=1, serving="one", mapping_version=1, built_at=clock.now(), checked_at=clock.now())


def test_without_elasticsearch_the_page_says_who_answers(engineer: User, signed_in: SignedIn) -> None:
    page = signed_in(engineer).get(ADDRESS)
    assert b"PostgreSQL answers every search" in page.content
    assert reverse("search:index_rebuild").encode() not in page.content


def test_page_shows_lag_and_build(engineer: User, signed_in: SignedIn, mirror: Mirror) -> None:
    Pending.objects.create(asset_id=5, at=clock.now())
    Mirror.objects.update(building="two", copied=250, to_copy=1000)
    keeping.start_build(engineer)
    page = signed_in(engineer).get(ADDRESS).content.decode()
    assert "1 change on the way" in page
    assert "250 of 1,000" in page
    assert "every 2s" in page


def test_others_neither_see_nor_move_it(analyst: User, signed_in: SignedIn, mirror: Mirror) -> None:
    client = signed_in(analyst)
    assert client.get(ADDRESS).status_code == 403
    assert client.get(API).status_code == 403
    for address in (f"{ADDRESS}rebuild/", f"{ADDRESS}check/", f"{API}rebuild/", f"{API}check/"):
        assert client.post(address).status_code == 403
    assert not JobRun.objects.exists()


def test_rebuild_is_started_once_and_recorded(
    engineer: User, signed_in: SignedIn, mirror: Mirror, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(engineer)
    assert client.post(f"{ADDRESS}rebuild/")["Location"] == ADDRESS
    assert client.post(f"{API}rebuild/").status_code == 202
    (run,) = JobRun.objects.all()
    assert (run.kind, run.state, run.requested_by) == (keeping.KIND, JobState.QUEUED, engineer)
    assert Event.objects.filter(verb="search.rebuilt").count() == 2


def test_node_that_is_away_is_told_in_words(engineer: User, signed_in: SignedIn, mirror: Mirror) -> None:
    page = signed_in(engineer).post(f"{ADDRESS}check/", follow=True)
    assert "does not answer" in page.content.decode()
    answer = signed_in(engineer).post(f"{API}check/")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert not Event.objects.filter(verb="search.checked").exists()


def test_rebuild_without_elasticsearch_says_why_not(engineer: User, signed_in: SignedIn) -> None:
    answer = signed_in(engineer).post(f"{API}rebuild/")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert signed_in(engineer).get(API).json()["answers"] == "postgresql"


def test_state_over_the_api(engineer: User, signed_in: SignedIn, mirror: Mirror) -> None:
    Pending.objects.create(asset_id=make_asset().pk, narrows=True)
    told = signed_in(engineer).get(API).json()
    assert (told["answers"], told["waiting"], told["percent"]) == ("postgresql", 1, None)
    assert told["note"] == "The search engine is catching up; the database answers."
