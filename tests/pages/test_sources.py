"""The pages of sources, with everybody who may and may not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils.html import format_html
from django.utils.safestring import SafeString

from access.people.models import User
from catalog.sources import registry
from catalog.sources.credentials import decrypt
from catalog.sources.models import Source
from catalog.sources.registry import Fact
from governance.audit.models import Event
from tests.catalog.sources.warehouse import READER_PASSWORD, Warehouse, standing
from tests.factories.catalog import make_source

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
NEW = "/sources/new/?engine=postgresql"


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    with standing() as house:
        yield house


@pytest.fixture
def form(warehouse: Warehouse) -> dict[str, Any]:
    """What an engineer types."""
    return {
        "name": "Company",
        "host": warehouse.host,
        "port": warehouse.port,
        "database": warehouse.database,
        "username": warehouse.reader,
        "password": READER_PASSWORD,
        "tls": "prefer",
        "is_enabled": "on",
        "harvest_every_minutes": "1440",
    }


@pytest.fixture
def stored(warehouse: Warehouse) -> Source:
    source = warehouse.source()
    source.save()
    return source


def errors_at(page: str, field: str) -> str:
    """Return the words of the error at a field."""
    _, _, after = page.partition(f'id="id_{field}_error"')
    return after.partition("</p>")[0]


def test_the_list_shows_what_the_person_may_know_of(analyst: User, engineer: User, signed_in: SignedIn) -> None:
    make_source("Open house")
    make_source("Hidden house", is_private=True)
    seen, managed = (signed_in(person).get("/sources/").content.decode() for person in (analyst, engineer))
    assert ("Open house" in seen, "Hidden house" in seen) == (True, False)
    assert ("Open house" in managed, "Hidden house" in managed) == (True, True)
    assert ("/sources/new/" in seen, "/sources/new/" in managed) == (False, True)


def test_an_empty_list_says_what_to_do(analyst: User, engineer: User, signed_in: SignedIn) -> None:
    assert b"An engineer adds them" in signed_in(analyst).get("/sources/").content
    assert b"Add the first warehouse" in signed_in(engineer).get("/sources/").content


def test_other_rooms_add_facts_and_panels(analyst: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source("Open house")

    def panel(request: HttpRequest, shown: Source) -> SafeString:
        return format_html("<p>Panel of {}</p>", shown)

    monkeypatch.setattr(registry, "_facts", {"Tables": lambda person, ids: {pk: Fact("82 tables") for pk in ids}})
    monkeypatch.setattr(registry, "_panels", {"test": panel, "empty": lambda request, shown: SafeString("")})
    client = signed_in(analyst)
    assert b"82 tables" in client.get("/sources/").content
    page = client.get(f"/sources/{source.pk}/").content
    assert b"82 tables" in page
    assert b"Panel of Open house" in page


def test_how_a_source_is_reached_is_for_its_keepers(analyst: User, engineer: User, signed_in: SignedIn) -> None:
    source = make_source("Open house", host="db.internal.example", username="harvester", database="ledger")
    url = f"/sources/{source.pk}/"
    seen, managed = (signed_in(person).get(url).content.decode() for person in (analyst, engineer))
    for secretive in ("db.internal.example", "harvester", "ledger", "/edit/", "/delete/"):
        assert (secretive in seen, secretive in managed) == (False, True), secretive


PAGES = ("", "edit/", "delete/", "test/")


@pytest.mark.parametrize("part", PAGES)
def test_a_hidden_source_is_the_same_404_as_none(outsider: User, signed_in: SignedIn, part: str) -> None:
    hidden = make_source("Hidden house", is_private=True)
    client = signed_in(outsider)
    ask = client.post if part == "test/" else client.get
    answers = [ask(f"/sources/{pk}/{part}") for pk in (hidden.pk, 987654)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert b"Hidden house" not in answers[0].content


@pytest.mark.parametrize("name", ["analyst", "steward", "officer", "outsider"])
def test_others_are_refused_and_nothing_happens(
    name: str, request: pytest.FixtureRequest, signed_in: SignedIn, stored: Source, form: dict[str, Any]
) -> None:
    client = signed_in(request.getfixturevalue(name))
    before = Source.objects.values().get()
    url = f"/sources/{stored.pk}/"
    answers = [
        client.get("/sources/new/"),
        client.post(NEW, form | {"name": "Mine"}),
        client.get(f"{url}edit/"),
        client.post(f"{url}edit/", form | {"name": "Mine"}),
        client.post(f"{url}test/"),
        client.post(f"{url}delete/", {"confirmation": "Company"}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert all("Only engineers and administrators" in answer.content.decode() for answer in answers)
    assert Source.objects.values().get() == before
    assert not Event.objects.exists()


def test_a_source_is_added(engineer: User, signed_in: SignedIn, form: dict[str, Any]) -> None:
    answer = signed_in(engineer).post(NEW, form | {"is_private": "on"}, follow=True)
    source = Source.objects.get()
    assert answer.redirect_chain == [(f"/sources/{source.pk}/", 302)]
    assert "The source Company is stored." in answer.content.decode()
    assert READER_PASSWORD not in answer.content.decode()
    assert decrypt(source.password_encrypted) == READER_PASSWORD
    assert (source.is_private, source.harvest_every_minutes, source.is_enabled) == (True, 1440, True)


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("host", "no-such-host.invalid", "No server of this name"),
        ("port", "1", "nothing listens on this port"),
        ("port", "70000", "less than or equal to 65535"),
        ("password", "wrong", "wrong password"),
        ("password", "", "required"),
        ("database", "no_such_database", "no database of this name"),
        ("tls", "require", "does not offer TLS"),
        ("name", "taken", "a source of this name already"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    engineer: User, signed_in: SignedIn, form: dict[str, Any], field: str, wrong: str, words: str
) -> None:
    make_source("TAKEN")
    answer = signed_in(engineer).post(NEW, form | {field: wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in errors_at(page, field)
    assert "There is a problem" in page
    assert READER_PASSWORD not in page
    assert Source.objects.count() == 1


def test_the_form_can_be_tried_before_it_is_saved(engineer: User, signed_in: SignedIn, form: dict[str, Any]) -> None:
    client = signed_in(engineer)
    whole = client.post(NEW, form | {"do": "test"}).content.decode()
    part = client.post(NEW, form | {"do": "test"}, headers=HTMX).content.decode()
    assert ("The connection works" in whole, "<h1>" in whole) == (True, True)
    assert ("The connection works" in part, "<h1>" in part) == (True, False)
    failed = client.post(NEW, form | {"do": "test", "password": "wrong"}, headers=HTMX)
    assert "wrong password" in failed.content.decode()
    incomplete = client.post(NEW, {"do": "test", "name": "Half"}, headers=HTMX)
    assert (incomplete.status_code, "Host: This field is required." in incomplete.content.decode()) == (422, True)
    assert not Source.objects.exists()


def test_an_edit_keeps_the_password_that_is_never_shown(
    engineer: User, signed_in: SignedIn, stored: Source, form: dict[str, Any]
) -> None:
    client = signed_in(engineer)
    url = f"/sources/{stored.pk}/edit/"
    page = client.get(url).content.decode()
    assert READER_PASSWORD not in page
    assert stored.password_encrypted not in page
    answer = client.post(url, form | {"password": "", "description": "All we sell"})
    assert answer.status_code == 302
    changed = Source.objects.get()
    assert changed.description == "All we sell"
    assert decrypt(changed.password_encrypted) == READER_PASSWORD


def test_another_host_asks_for_the_password_again(
    engineer: User, signed_in: SignedIn, stored: Source, form: dict[str, Any]
) -> None:
    client = signed_in(engineer)
    moved = form | {"password": "", "host": "localhost"}
    for given in (moved, moved | {"untested": "on"}):
        answer = client.post(f"/sources/{stored.pk}/edit/", given)
        assert answer.status_code == 422
        assert "Enter the password again" in errors_at(answer.content.decode(), "password")
    tried = client.post(f"/sources/{stored.pk}/edit/", moved | {"do": "test"}, headers=HTMX)
    assert "Enter the password again" in tried.content.decode()
    assert Source.objects.get().host == stored.host


def test_a_stored_connection_is_tested(engineer: User, signed_in: SignedIn, stored: Source) -> None:
    client = signed_in(engineer)
    whole = client.post(f"/sources/{stored.pk}/test/").content.decode()
    part = client.post(f"/sources/{stored.pk}/test/", headers=HTMX).content.decode()
    for words in ("The connection works", "No USAGE on the schemas payroll", "The line is not encrypted"):
        assert words in whole
        assert words in part
    assert ("<h1>" in whole, "<h1>" in part) == (True, False)
    assert client.get(f"/sources/{stored.pk}/test/").status_code == 405


def test_a_source_is_deleted_after_its_name_is_typed(engineer: User, signed_in: SignedIn, stored: Source) -> None:
    client = signed_in(engineer)
    url = f"/sources/{stored.pk}/delete/"
    assert "Type the name of the source" in errors_at(
        client.post(url, {"confirmation": "no"}).content.decode(), "confirmation"
    )
    assert Source.objects.exists()
    assert client.post(url, {"confirmation": "Company"}).url == "/sources/"  # type: ignore[attr-defined]
    assert not Source.objects.exists()
    assert list(Event.objects.values_list("verb", flat=True)) == ["source.deleted"]


def test_markup_in_names_stays_text(engineer: User, signed_in: SignedIn) -> None:
    source = make_source("<b>bold</b>", description="<script>alert(1)</script>")
    client = signed_in(engineer)
    for url in ("/sources/", f"/sources/{source.pk}/", f"/sources/{source.pk}/edit/"):
        page = client.get(url).content.decode()
        assert "<b>bold" not in page
        assert "<script>alert" not in page


def test_nobody_gets_in_without_signing_in(client: Client, db: None) -> None:
    source = make_source("Open house")
    for url in ("/sources/", f"/sources/{source.pk}/"):
        assert client.get(url).status_code == 302
