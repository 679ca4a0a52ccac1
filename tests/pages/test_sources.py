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
from catalog.sources.credentials import decrypt, encrypt
from catalog.sources.engines import Engine, Family, Option
from catalog.sources.engines import registry as engines
from catalog.sources.engines.registry import ADDRESS
from catalog.sources.models import ServerReport, Source
from catalog.sources.registry import Fact
from governance.audit.models import Event
from tests.catalog.sources.warehouse import READER_PASSWORD, Warehouse, standing
from tests.factories.catalog import make_source

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
NEW = "/sources/new/?engine=postgresql"
EVERY_HOUR = {
    "how": "interval",
    "number": "1",
    "unit": "60",
    "harvest_time_zone": "UTC",
    "harvest_calendar": "every_day",
}
LIMITS = {
    "removal_limit_percent": "5",
    "keep_gone_days": "",
    "priority": "1",
    "concurrency": "4",
    "statement_timeout_seconds": "60",
}


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


PAGES = (
    "",
    "edit/",
    "schedule/",
    "limits/",
    "secret/",
    "delete/",
    "test/",
    "inspect/",
    "secret/test/",
    "secret/forget/",
)
POSTED = {"test/", "inspect/", "secret/test/", "secret/forget/"}


@pytest.mark.parametrize("part", PAGES)
def test_a_hidden_source_is_the_same_404_as_none(outsider: User, signed_in: SignedIn, part: str) -> None:
    hidden = make_source("Hidden house", is_private=True)
    client = signed_in(outsider)
    ask = client.post if part in POSTED else client.get
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
        client.get(f"{url}schedule/"),
        client.post(f"{url}schedule/", EVERY_HOUR),
        client.get(f"{url}limits/"),
        client.post(f"{url}limits/", LIMITS),
        client.get(f"{url}secret/"),
        client.post(f"{url}secret/", {"password": "mine"}),
        client.post(f"{url}secret/test/"),
        client.post(f"{url}secret/forget/"),
        client.post(f"{url}inspect/"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 15
    assert all("Only engineers and administrators" in answer.content.decode() for answer in answers)
    assert Source.objects.values().get() == before
    assert not Event.objects.exists()
    assert not ServerReport.objects.exists()


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


def test_an_engine_is_chosen_first(engineer: User, signed_in: SignedIn, form: dict[str, Any]) -> None:
    client = signed_in(engineer)
    gallery = client.get("/sources/new/").content.decode()
    assert 'href="/sources/new/?engine=postgresql"' in gallery
    assert "Harvested by the tests from PostgreSQL" in gallery
    found = client.get("/sources/new/", {"q": "postgre"}, headers=HTMX).content.decode()
    assert ("PostgreSQL" in found, "SQLite" in found, "<h1>" in found) == (True, False, False)
    assert "No engine of this name" in client.get("/sources/new/", {"q": "no such"}).content.decode()
    unanswered = client.post("/sources/new/", form)
    assert (unanswered.status_code, "Choose an engine first" in unanswered.content.decode()) == (422, True)
    assert client.get("/sources/new/", {"engine": "no such"}).status_code == 422
    assert not Source.objects.exists()


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine(
        key="test_lake",
        label="Test lake",
        family=Family.FILES,
        door="tests.nowhere:DOOR",
        connector="tests.nowhere:CONNECTOR",
        address=("database",),
        labels={"database": "Folder"},
        helps={"database": "The whole path."},
        options=(Option("region", "Region", required=True), Option("format", "Format", choices=(("csv", "CSV"),))),
        needs=("no_such_module_anywhere",),
    )
    monkeypatch.setitem(engines._engines, "test_lake", engine)
    return engine


def test_a_form_has_the_fields_of_its_engine(engineer: User, signed_in: SignedIn, lake: Engine) -> None:
    client = signed_in(engineer)
    url = "/sources/new/?engine=test_lake"
    shown = client.get(url).content.decode()
    for there in ("Folder", "The whole path.", "option_region", "option_format", "By dialect, not proven"):
        assert there in shown
    assert "pip install &#x27;atrium[test_lake]&#x27;" in shown
    for absent in ('name="host"', 'name="port"', 'name="username"', 'name="password"', 'name="tls"'):
        assert absent not in shown
    facts = {"name": "Lake", "database": "/lake", "option_region": "eu", "option_format": "csv", "untested": "on"}
    assert "required" in errors_at(client.post(url, facts | {"option_region": ""}).content.decode(), "option_region")
    assert client.post(url, facts).status_code == 302
    source = Source.objects.get()
    assert (source.engine, source.options, source.port) == ("test_lake", {"region": "eu", "format": "csv"}, None)
    edited = client.get(f"/sources/{source.pk}/edit/").content.decode()
    assert 'name="option_region" value="eu"' in edited
    assert client.post(f"/sources/{source.pk}/edit/", facts | {"option_region": "us"}).status_code == 302
    assert Source.objects.get().options["region"] == "us"
    assert "Driver missing" in client.get("/sources/new/").content.decode()


def test_a_schedule_is_previewed_and_saved(engineer: User, signed_in: SignedIn) -> None:
    source = make_source("Open house")
    client, url = signed_in(engineer), f"/sources/{source.pk}/schedule/"
    cron = EVERY_HOUR | {"how": "cron", "harvest_cron": "30 2 * * *", "harvest_time_zone": "Europe/Berlin"}
    preview = client.post(url, cron | {"do": "preview"}, headers=HTMX).content.decode()
    assert preview.count("02:30 ") == 5
    assert "<h1>" not in preview
    assert Source.objects.get().harvest_cron == ""
    assert client.post(url, cron).url == f"/sources/{source.pk}/"  # type: ignore[attr-defined]
    stored = Source.objects.get()
    assert (stored.harvest_cron, stored.harvest_time_zone, stored.harvest_every_minutes) == (
        "30 2 * * *",
        "Europe/Berlin",
        None,
    )
    assert stored.next_harvest_at is not None
    client.post(url, EVERY_HOUR | {"number": "3"})
    stored.refresh_from_db()
    assert (stored.harvest_cron, stored.harvest_every_minutes) == ("", 180)
    client.post(url, EVERY_HOUR | {"how": "hand"})
    assert Source.objects.values_list("harvest_every_minutes", "next_harvest_at").get() == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"number": ""}, "number", "Enter a number"),
        ({"how": "cron"}, "harvest_cron", "Enter a cron line"),
        ({"how": "cron", "harvest_cron": "61 * * * *"}, "harvest_cron", "no cron line"),
        ({"harvest_time_zone": "Europe/Nowhere"}, "harvest_time_zone", "no such time zone"),
        ({"harvest_calendar": "business_days"}, "holidays_of", "whose public holidays"),
    ],
)
def test_a_wrong_schedule_is_told_at_its_field(
    engineer: User, signed_in: SignedIn, wrong: dict[str, str], field: str, words: str
) -> None:
    source = make_source("Open house")
    client = signed_in(engineer)
    answer = client.post(f"/sources/{source.pk}/schedule/", EVERY_HOUR | wrong)
    assert answer.status_code == 422
    assert words in errors_at(answer.content.decode(), field)
    preview = client.post(f"/sources/{source.pk}/schedule/", EVERY_HOUR | wrong | {"do": "preview"}, headers=HTMX)
    assert words in preview.content.decode()
    assert Source.objects.get().next_harvest_at is None


def test_limits_are_set(engineer: User, signed_in: SignedIn) -> None:
    source = make_source("Open house")
    client, url = signed_in(engineer), f"/sources/{source.pk}/limits/"
    assert "less than or equal to 16" in errors_at(
        client.post(url, LIMITS | {"concurrency": "17"}).content.decode(), "concurrency"
    )
    assert client.post(url, LIMITS | {"needs_review": "on"}).status_code == 302
    stored = Source.objects.get()
    assert (stored.removal_limit_percent, stored.needs_review, stored.keep_gone_days) == (5, True, None)
    assert (stored.priority, stored.concurrency, stored.statement_timeout_seconds) == (1, 4, 60)
    assert "deleted after" not in client.get(f"/sources/{source.pk}/").content.decode()
    assert list(Event.objects.values_list("verb", flat=True)) == ["source.limited"]


def test_the_next_password_is_entered_tested_and_withdrawn(engineer: User, signed_in: SignedIn, stored: Source) -> None:
    client, url = signed_in(engineer), f"/sources/{stored.pk}/secret/"
    assert "required" in errors_at(client.post(url, {"password": ""}).content.decode(), "password")
    shown = client.post(url, {"password": "an-odd-new-word", "expires_on": "2027-01-31"}, follow=True).content.decode()
    assert "waiting: it takes over" in shown
    assert "an-odd-new-word" not in shown
    row = Source.objects.get()
    assert (decrypt(row.next_password_encrypted), str(row.secret_expires_on)) == ("an-odd-new-word", "2027-01-31")
    assert "Next one waiting" in client.get(f"/sources/{stored.pk}/").content.decode()
    tried = client.post(f"{url}test/").content.decode()
    assert "The present password works" in tried
    assert "The next password does not work yet" in tried
    client.post(f"{url}forget/")
    assert Source.objects.get().next_password_encrypted == ""
    assert "No next password is waiting" in client.post(f"{url}forget/", follow=True).content.decode()


def test_a_password_that_took_over_is_told_on_its_page(engineer: User, signed_in: SignedIn, stored: Source) -> None:
    Source.objects.update(password_encrypted=encrypt("wrong by now"), next_password_encrypted=stored.password_encrypted)
    client, url = signed_in(engineer), f"/sources/{stored.pk}/secret/"
    assert "The next password took over" in client.post(f"{url}test/").content.decode()
    assert "took over just now" in client.get(url).content.decode()


def test_a_server_is_inspected_and_its_report_is_for_keepers(
    engineer: User, analyst: User, signed_in: SignedIn, stored: Source
) -> None:
    client, url = signed_in(engineer), f"/sources/{stored.pk}/"
    assert "Nobody has looked yet" in client.get(url).content.decode()
    shown = client.post(f"{url}inspect/", follow=True).content.decode()
    for words in ("The server is inspected.", "Write-ahead log", "The line is not encrypted"):
        assert words in shown
    seen = signed_in(analyst).get(url).content.decode()
    for words in ("Write-ahead log", "The line is not encrypted", "PostgreSQL 1"):
        assert words not in seen
    Source.objects.update(port=1)
    assert "nothing listens on this port" in client.post(f"{url}inspect/", follow=True).content.decode()


def test_health_is_told_with_its_reason(engineer: User, signed_in: SignedIn) -> None:
    source = make_source("Open house", is_enabled=False)
    client = signed_in(engineer)
    assert "Harvesting is switched off." in client.get(f"/sources/{source.pk}/").content.decode()
    make_source("Other house")
    narrowed = client.get("/sources/", {"health": "paused"}).content.decode()
    assert ("Open house" in narrowed, "Other house" in narrowed) == (True, False)


@pytest.mark.parametrize("engine", engines.all_engines(), ids=lambda engine: engine.key)
def test_every_engine_has_its_form(engine: Engine, engineer: User, signed_in: SignedIn) -> None:
    shown = signed_in(engineer).get("/sources/new/", {"engine": engine.key})
    assert shown.status_code == 200
    form = shown.context["form"]
    asked = {name for name in ADDRESS if name in form.fields}
    assert asked == set(engine.address)
    assert [name for name in form.fields if name.startswith("option_")] == [
        f"option_{option.name}" for option in engine.options
    ]
    assert {field.name for field in form.address} >= asked


def test_health_is_for_those_who_see_runs(analyst: User, steward: User, signed_in: SignedIn) -> None:
    source = make_source("Open house")
    seen, watched = (
        [signed_in(person).get(url).content.decode() for url in ("/sources/", f"/sources/{source.pk}/")]
        for person in (analyst, steward)
    )
    assert ["Never harvested" in page for page in (*seen, *watched)] == [False, False, True, True]
    assert ["Fine" in page for page in seen] == [False, False]
