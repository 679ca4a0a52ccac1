"""Passwords changed at a real server without a session that fails; references to secrets kept elsewhere."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from pytest_django import Settings

from access.people.models import User
from catalog.sources import actions, secrets
from catalog.sources.credentials import decrypt, encrypt
from catalog.sources.engines.postgresql import connect
from catalog.sources.models import Source
from catalog.sources.reports import look
from governance.audit.models import Event
from portal.kit.errors import Conflict, DomainError, Invalid, NotAllowed
from tests.catalog.sources.warehouse import READER_PASSWORD, Warehouse, administrator

pytestmark = pytest.mark.django_db
NEXT = "next p%40ss wörd"


@pytest.fixture
def source(warehouse: Warehouse) -> Iterator[Source]:
    stored = warehouse.source()
    stored.save()
    yield stored
    set_password(warehouse, READER_PASSWORD)


def set_password(warehouse: Warehouse, password: str) -> None:
    """Change it at the server, as its administrator would."""
    with administrator() as admin:
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
        admin.execute(statement.format(sql.Identifier(warehouse.reader), sql.Literal(password)))


def stored_passwords() -> tuple[str, str]:
    row = Source.objects.get()
    return decrypt(row.password_encrypted), decrypt(row.next_password_encrypted)


def verbs() -> list[str]:
    return list(Event.objects.order_by("occurred_at").values_list("verb", flat=True))


def sign_in(source: Source) -> None:
    with connect(source) as connection:
        connection.execute("SELECT 1")


def test_the_next_password_waits_while_the_present_one_works(source: Source, engineer: User) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    sign_in(Source.objects.get())
    assert stored_passwords() == (READER_PASSWORD, NEXT)
    assert verbs() == ["source.next_password_entered"]


def test_the_next_password_takes_over_when_the_server_asks_for_it(
    source: Source, engineer: User, warehouse: Warehouse
) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    set_password(warehouse, NEXT)
    at_hand = Source.objects.get()
    sign_in(at_hand)
    assert stored_passwords() == (NEXT, "")
    assert decrypt(at_hand.password_encrypted) == NEXT
    sign_in(Source.objects.get())
    assert verbs() == ["source.next_password_entered", "source.next_password_took_over"]


def test_a_session_opened_from_an_old_row_finds_the_password_entered_since(
    source: Source, engineer: User, warehouse: Warehouse
) -> None:
    old, older = Source.objects.get(), Source.objects.get()
    actions.enter_next_password(source, by=engineer, password=NEXT)
    set_password(warehouse, NEXT)
    sign_in(old)
    sign_in(older)
    assert stored_passwords() == (NEXT, "")
    assert verbs().count("source.next_password_took_over") == 1


def test_without_another_password_the_refusal_is_told(source: Source, warehouse: Warehouse) -> None:
    set_password(warehouse, NEXT)
    with pytest.raises(Invalid) as caught:
        sign_in(Source.objects.get())
    assert (caught.value.code, caught.value.field) == ("wrong_password", "password")


def test_when_both_are_refused_nothing_is_changed(source: Source, engineer: User, warehouse: Warehouse) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    set_password(warehouse, "something else")
    with pytest.raises(Invalid) as caught:
        sign_in(Source.objects.get())
    assert caught.value.code == "wrong_password"
    assert stored_passwords() == (READER_PASSWORD, NEXT)


def test_an_error_that_is_no_refusal_is_not_answered_with_the_next_password(source: Source, engineer: User) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    tried: list[str] = []

    def attempt(password: str) -> None:
        tried.append(password)
        raise Conflict("Too many.", code="too_many_connections")

    with pytest.raises(Conflict):
        secrets.with_secret(Source.objects.get(), attempt)
    assert tried == [READER_PASSWORD]


def test_a_wrong_password_in_a_form_is_not_saved_by_the_next_one(
    source: Source, engineer: User, warehouse: Warehouse
) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    set_password(warehouse, NEXT)
    assert not look(actions.draft(source, password="typed wrongly")).ok
    with pytest.raises(Invalid):
        actions.change(source, by=engineer, password="typed wrongly")
    assert stored_passwords() == (READER_PASSWORD, NEXT)


def test_both_are_tested_each_by_itself(source: Source, engineer: User, warehouse: Warehouse) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    before = actions.test_passwords(source, by=engineer)
    assert before.outcome == "the present one works, the next one failed (wrong_password)"
    assert not before.took_over
    set_password(warehouse, NEXT)
    after = actions.test_passwords(source, by=engineer)
    assert after.outcome == "the present one failed (wrong_password), the next one works"
    assert after.took_over
    assert stored_passwords() == (NEXT, "")


def test_the_next_password_is_withdrawn_once(source: Source, engineer: User) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    actions.forget_next_password(source, by=engineer)
    assert stored_passwords() == (READER_PASSWORD, "")
    with pytest.raises(Conflict):
        actions.forget_next_password(source, by=engineer)


def test_another_place_forgets_the_next_password(source: Source, engineer: User) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    actions.change(source, by=engineer, host="localhost", password=READER_PASSWORD, untested=True)
    assert stored_passwords() == (READER_PASSWORD, "")
    event = Event.objects.filter(verb="source.changed").get()
    assert event.details["next_password"] == "forgotten"


def test_a_change_of_other_facts_does_not_bring_the_old_password_back(
    source: Source, engineer: User, warehouse: Warehouse
) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    set_password(warehouse, NEXT)
    actions.change(source, by=engineer, database="postgres")
    assert stored_passwords() == (NEXT, "")
    changed = Event.objects.get(verb="source.changed")
    assert changed.details == {"before": {"database": warehouse.database}, "after": {"database": "postgres"}}
    assert "source.next_password_took_over" in verbs()


def test_the_key_of_the_next_password_is_changed_too(source: Source, engineer: User, settings: Settings) -> None:
    actions.enter_next_password(source, by=engineer, password=NEXT)
    new = Fernet.generate_key().decode()
    settings.CREDENTIALS_KEYS = [new, *settings.CREDENTIALS_KEYS]
    call_command("rotate_credentials")
    settings.CREDENTIALS_KEYS = [new]
    assert stored_passwords() == (READER_PASSWORD, NEXT)


def test_neither_password_gets_into_the_log(
    source: Source, engineer: User, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    actions.enter_next_password(source, by=engineer, password=NEXT)
    set_password(warehouse, NEXT)
    actions.test_passwords(source, by=engineer)
    written = caplog.text + "".join(str(vars(event)) for event in Event.objects.all())
    assert NEXT not in written
    assert READER_PASSWORD not in written


@pytest.mark.parametrize("name", ["analyst", "steward", "officer", "outsider"])
def test_others_change_no_password(name: str, request: pytest.FixtureRequest, source: Source) -> None:
    person: User = request.getfixturevalue(name)
    Source.objects.update(next_password_encrypted=encrypt(NEXT))
    with pytest.raises(NotAllowed):
        actions.enter_next_password(source, by=person, password="mine")
    with pytest.raises(NotAllowed):
        actions.forget_next_password(source, by=person)
    with pytest.raises(NotAllowed):
        actions.test_passwords(source, by=person)
    assert stored_passwords() == (READER_PASSWORD, NEXT)
    assert verbs() == []


@pytest.fixture
def references(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.SECRET_REFERENCES = ["env:WAREHOUSE_", f"file:{tmp_path}/allowed/"]
    (tmp_path / "allowed").mkdir()
    (tmp_path / "allowed" / "warehouse").write_text(f"{READER_PASSWORD}\n")
    (tmp_path / "other").write_text("not yours")
    (tmp_path / "allowed" / "way_out").symlink_to(tmp_path / "other")
    monkeypatch.setenv("WAREHOUSE_PASSWORD", READER_PASSWORD)
    monkeypatch.setenv("CREDENTIALS_KEYS", "not yours")
    return tmp_path


def test_a_referred_password_is_read_for_each_session(source: Source, references: Path) -> None:
    for reference in ("env:WAREHOUSE_PASSWORD", f"file:{references}/allowed/warehouse"):
        Source.objects.update(password_encrypted="", secret_reference=reference)
        sign_in(Source.objects.get())


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("env:CREDENTIALS_KEYS", "reference_invalid"),
        ("env:WAREHOUSE_", "reference_invalid"),
        ("file:{}/other", "reference_invalid"),
        ("file:{}/allowed/../other", "reference_invalid"),
        ("file:{}/allowed/way_out", "reference_invalid"),
        ("file:{}/allowed/none", "reference_empty"),
        ("env:WAREHOUSE_NONE", "reference_empty"),
    ],
)
def test_nothing_else_is_read(source: Source, references: Path, reference: str, code: str) -> None:
    source.secret_reference = reference.format(references)
    with pytest.raises(DomainError) as caught:
        secrets.password_of(source)
    assert (caught.value.code, caught.value.field) == (code, "secret_reference")
    assert "not yours" not in caught.value.message


def test_references_are_off_unless_allowed(source: Source, engineer: User) -> None:
    with pytest.raises(Invalid) as caught:
        actions.change(source, by=engineer, secret_reference="env:WAREHOUSE_PASSWORD", untested=True)
    assert "switched off" in caught.value.message
    assert Source.objects.get().secret_reference == ""


def test_the_driver_error_names_no_password(source: Source, warehouse: Warehouse) -> None:
    set_password(warehouse, NEXT)
    with pytest.raises(DomainError) as caught:
        sign_in(Source.objects.get())
    assert isinstance(caught.value.__cause__, psycopg.Error)
    assert READER_PASSWORD not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.django_db(transaction=True)
def test_no_session_fails_while_the_password_is_changed(source: Source, engineer: User, warehouse: Warehouse) -> None:
    failures: list[str] = []
    number, enough = [0], threading.Event()

    def keep_signing_in() -> None:
        while not enough.is_set():
            try:
                sign_in(Source.objects.get())
            except DomainError as error:
                failures.append(error.code)
            number[0] += 1
        connections.close_all()

    workers = [threading.Thread(target=keep_signing_in) for _ in range(3)]
    for worker in workers:
        worker.start()
    for password in ("second", "third", "fourth"):
        actions.enter_next_password(source, by=engineer, password=password)
        set_password(warehouse, password)
        _wait_until(partial(_is_present, password))
    enough.set()
    for worker in workers:
        worker.join()
    assert failures == []
    assert number[0] > 3
    assert verbs().count("source.next_password_took_over") == 3


def _is_present(password: str) -> bool:
    return stored_passwords() == (password, "")


def _wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("It did not come about.")
