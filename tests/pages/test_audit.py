"""The pages of the audit log."""

import csv
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.people.models import User
from governance.audit.actions import record
from governance.audit.models import Event
from governance.audit.verbs import Verb
from tests.factories.catalog import make_source
from tests.governance.audit.events import make_event

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
CHANGED = Verb("source.changed", "")


def text_of(answer: Any) -> str:
    """Return the body of a streamed answer."""
    return b"".join(answer.streaming_content).decode()


def test_the_log_tells_what_happened_and_links_to_it(officer: User, signed_in: SignedIn) -> None:
    source = make_source("Warehouse of ours")
    record(CHANGED, by=officer, obj=source, reason="It moved", details={"before": {"port": 1}, "after": {"port": 2}})
    page = signed_in(officer).get("/audit/").content.decode()
    event = Event.objects.get()
    assert f'changed the source <a href="/sources/{source.pk}/">Warehouse of ours</a>' in page
    assert f"/audit/{event.pk}/" in page
    assert "“It moved”" in page


def test_an_entry_has_a_permanent_address_with_what_changed(officer: User, signed_in: SignedIn) -> None:
    event = make_event(
        "source.changed",
        object_name="Gone",
        object_type="sources.source",
        object_id="987654",
        details={"before": {"port": 5432}, "after": {"port": 6543}, "outcome": "fine", "given": {"a": "b"}},
    )
    page = signed_in(officer).get(f"/audit/{event.pk}/").content.decode()
    assert ("<del>5432</del>" in page, "<ins>6543</ins>" in page) == (True, True)
    assert ("fine" in page, "Gone" in page, "/sources/987654/" in page) == (True, True, False)


def test_an_entry_shows_what_the_same_request_did(officer: User, signed_in: SignedIn) -> None:
    first, second = make_event("test.opened", request_id="r"), make_event("test.closed", request_id="r")
    page = signed_in(officer).get(f"/audit/{first.pk}/").content.decode()
    assert f"/audit/{second.pk}/" in page


def test_filters_are_in_the_address_and_can_be_taken_away(officer: User, signed_in: SignedIn) -> None:
    make_event("test.opened", object_name="zebra")
    make_event("test.closed", object_name="right", actor_name="Stella Ward")
    client = signed_in(officer)
    page = client.get("/audit/?person=stella&verb=test.closed&page=99").content.decode()
    assert ("right" in page, "zebra" in page, "1 entry" in page) == (True, False, True)
    assert 'href="?verb=test.closed"' in page
    none = client.get("/audit/?person=nobody+like+this").content.decode()
    assert "No entry matches" in none
    fragment = client.get("/audit/?person=stella", headers={"HX-Request": "true"}).content.decode()
    assert ("right" in fragment, "<h1>" in fragment) == (True, False)


def test_a_wrong_date_is_told_at_its_field(officer: User, signed_in: SignedIn) -> None:
    answer = signed_in(officer).get("/audit/?since=yesterday")
    assert answer.status_code == 200
    assert "Enter a valid date." in answer.content.decode()


def test_the_log_comes_in_pages(officer: User, signed_in: SignedIn) -> None:
    for number in range(51):
        make_event("test.done", object_name=f"thing {number:02}.")
    client = signed_in(officer)
    pages = [client.get(f"/audit/?page={page}").content.decode() for page in (1, 2)]
    assert [("thing 50." in page, "thing 00." in page) for page in pages] == [(True, False), (False, True)]


def test_an_export_holds_the_filtered_entries_and_is_an_entry_itself(officer: User, signed_in: SignedIn) -> None:
    make_event("test.opened", object_name="=1+1")
    make_event("test.closed")
    client = signed_in(officer)
    answer = client.post("/audit/export/", {"format": "csv", "verb": "test.opened"})
    rows = list(csv.DictReader(text_of(answer).splitlines()))
    assert [(row["verb"], row["object_name"]) for row in rows] == [("test.opened", "'=1+1")]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].endswith('.csv"')
    lines = text_of(client.post("/audit/export/", {"format": "json"})).splitlines()
    assert [json.loads(line)["verb"] for line in lines] == ["audit.exported", "test.closed", "test.opened"]
    told = Event.objects.filter(verb="audit.exported").order_by("occurred_at").values_list("details", flat=True)
    assert list(told) == [
        {"entries": 1, "format": "CSV", "filter": {"verb": "test.opened"}},
        {"entries": 3, "format": "JSON", "filter": {}},
    ]


def test_a_wrong_filter_exports_nothing(officer: User, signed_in: SignedIn) -> None:
    answer = signed_in(officer).post("/audit/export/", {"since": "yesterday"})
    assert answer.status_code == 422
    assert not Event.objects.exists()


def test_an_export_is_not_made_by_following_a_link(officer: User, signed_in: SignedIn) -> None:
    assert signed_in(officer).get("/audit/export/").status_code == 405
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["analyst", "steward", "engineer", "outsider"])
def test_others_see_nothing_of_it(name: str, request: pytest.FixtureRequest, signed_in: SignedIn) -> None:
    event = make_event(object_name="secret.salaries")
    client = signed_in(request.getfixturevalue(name))
    answers = [client.get("/audit/"), client.get(f"/audit/{event.pk}/"), client.post("/audit/export/")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert all(b"salaries" not in answer.content for answer in answers)
    assert Event.objects.get() == event


def test_an_address_of_no_entry_is_a_404(officer: User, signed_in: SignedIn) -> None:
    assert signed_in(officer).get("/audit/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_markup_in_entries_stays_text(officer: User, signed_in: SignedIn) -> None:
    evil = "<img src=x onerror=alert(1)>"
    event = make_event(
        "source.changed", actor_name=evil, object_name=evil, reason=evil, details={"before": {evil: evil}, evil: evil}
    )
    client = signed_in(officer)
    for url in ("/audit/", f"/audit/{event.pk}/"):
        assert "<img src=x" not in client.get(url).content.decode()
