"""Home: what changed, what awaits, popular, recent, and the first run."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.people.models import User
from catalog.assets.models import Ownership
from portal.kit.models import JobRun, JobState
from portal.waiting import waiting_for
from tests.factories.catalog import make_source
from tests.factories.company import Company

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


def _home(client: Client, query: str = "") -> str:
    answer = client.get(f"{reverse('portal:home')}{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_shows_changes_popular_and_recent(company: Company, signed_in: SignedIn) -> None:
    text = _home(signed_in(company.people["analyst"]))
    assert "31 new" in text
    assert "and 28 more" in text
    assert "6 people" in text
    assert "orders has changed" in text
    assert "patients" not in text
    assert "32 new" not in text


def test_officers_see_what_is_private_too(company: Company, signed_in: SignedIn) -> None:
    assert "Company warehouse / health" in _home(signed_in(company.people["officer"]))


def test_changes_are_narrowed_to_mine_and_followed(company: Company, signed_in: SignedIn) -> None:
    steward, outsider = signed_in(company.people["steward"]), signed_in(company.people["outsider"])
    assert "31 new" in _home(steward, "?show=mine")
    assert "Nothing that you answer for has changed lately." in _home(outsider, "?show=mine")
    assert "1 new" in _home(outsider, "?show=followed")
    fragment = steward.get(reverse("portal:home"), {"show": "followed"}, headers={"hx-request": "true"}).content
    assert fragment.startswith(b'<section class="card" id="news">') or b'id="news"' in fragment
    assert b"<html" not in fragment
    assert "31 new" in _home(steward, "?show=nonsense")


def test_what_awaits_depends_on_who_asks(company: Company) -> None:
    told = [one.text for one in waiting_for(company.people["steward"])]
    assert told[:4] == [f"Describe orders_{number:03}" for number in range(4)]
    assert [one.text for one in waiting_for(company.people["outsider"])] == ["orders has changed"]
    JobRun.objects.filter(pk=company.run.job_id).update(state=JobState.FAILED, finished_at=timezone.now())
    failed = "The last harvest of Company warehouse failed"
    assert failed in [one.text for one in waiting_for(company.people["engineer"])]
    assert failed not in [one.text for one in waiting_for(company.people["analyst"])]


def test_what_became_private_awaits_nobody(company: Company) -> None:
    Ownership.objects.create(domain=company.health, role="owner", person=company.people["analyst"])
    assert "Describe patients" in [one.text for one in waiting_for(company.people["analyst"])]
    Ownership.objects.filter(domain=company.health).delete()
    fresh = User.objects.get(pk=company.people["analyst"].pk)
    assert "Describe patients" not in [one.text for one in waiting_for(fresh)]


def test_the_first_run_tells_each_what_to_do(analyst: User, engineer: User, signed_in: SignedIn) -> None:
    assert "Connect a source" in _home(signed_in(engineer))
    text = _home(signed_in(analyst))
    assert "The catalog is still empty" in text
    assert reverse("sources:new") not in text
    make_source()
    assert "The catalog is still empty" not in _home(signed_in(analyst))
