"""Adding, changing, scheduling, hiding and deleting sources: what is stored, what is written into the log."""

import logging
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from pytest_django import Settings

from access.people.models import User
from catalog.sources import actions, registry
from catalog.sources.credentials import decrypt, encrypt
from catalog.sources.models import Source
from catalog.sources.reports import look
from governance.audit.models import Event
from governance.audit.queries import events_about
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError, Invalid, NotAllowed
from tests.catalog.sources.warehouse import READER_PASSWORD, Warehouse
from tests.factories.catalog import make_source

Facts = dict[str, Any]


@pytest.fixture
def facts(warehouse: Warehouse) -> Facts:
    return {
        "name": "Company",
        "host": warehouse.host,
        "port": warehouse.port,
        "database": warehouse.database,
        "username": warehouse.reader,
        "password": READER_PASSWORD,
    }


@pytest.fixture
def source(engineer: User, facts: Facts) -> Source:
    return actions.create(by=engineer, **facts)


def verbs() -> list[str]:
    return list(Event.objects.order_by("occurred_at").values_list("verb", flat=True))


def test_a_source_is_stored_with_its_password_encrypted(source: Source) -> None:
    stored = Source.objects.get()
    assert (stored.name, stored.slug) == ("Company", "company")
    assert READER_PASSWORD not in stored.password_encrypted
    assert decrypt(stored.password_encrypted) == READER_PASSWORD
    assert look(stored).ok


def test_the_log_tells_of_it_but_not_the_password(source: Source, warehouse: Warehouse, engineer: User) -> None:
    event = Event.objects.get()
    assert (event.verb, event.actor_id, event.object_name) == ("source.created", engineer.pk, "Company")
    assert event.details["after"]["host"] == warehouse.host
    assert READER_PASSWORD not in str(vars(event))
    assert source.password_encrypted not in str(vars(event))


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"host": "no-such-host.invalid"}, "host_unknown", "host"),
        ({"port": 1}, "connection_refused", "port"),
        ({"port": 70000}, "invalid", "port"),
        ({"password": "wrong"}, "wrong_password", "password"),
        ({"password": ""}, "no_password", "password"),
        ({"database": "none"}, "unknown_database", "database"),
        ({"name": ""}, "invalid", "name"),
        ({"tls": "require"}, "tls_refused", "tls"),
        ({"tls": "whatever"}, "invalid", "tls"),
    ],
)
def test_nothing_is_stored_when_it_does_not_work(
    engineer: User, facts: Facts, wrong: Facts, code: str, field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        actions.create(by=engineer, **facts | wrong)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert not Source.objects.exists()
    assert verbs() == []


def test_a_source_may_be_stored_before_its_server_is_up(engineer: User, facts: Facts) -> None:
    source = actions.create(by=engineer, untested=True, **facts | {"port": 1})
    assert Source.objects.get() == source


def test_names_are_taken_in_any_case_and_slugs_step_aside(source: Source, engineer: User, facts: Facts) -> None:
    with pytest.raises(Invalid) as caught:
        actions.create(by=engineer, **facts | {"name": "COMPANY"})
    assert caught.value.field == "name"
    other = actions.create(by=engineer, **facts | {"name": "Company!"})
    nameless = actions.create(by=engineer, **facts | {"name": "会社"})
    assert (other.slug, nameless.slug) == ("company-2", "source")


@pytest.mark.parametrize("name", ["analyst", "steward", "officer", "outsider"])
def test_others_can_do_nothing(name: str, request: pytest.FixtureRequest, source: Source, facts: Facts) -> None:
    person: User = request.getfixturevalue(name)
    before = Source.objects.values().get()
    attempts: list[Callable[[], object]] = [
        lambda: actions.create(by=person, **facts | {"name": "Mine"}),
        lambda: actions.change(source, by=person, name="Mine"),
        lambda: actions.schedule(source, by=person, harvest_every_minutes=60),
        lambda: actions.set_privacy(source, by=person, is_private=True),
        lambda: actions.test_connection(source, by=person),
        lambda: actions.delete(source, by=person, confirmation="Company"),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed) as caught:
            attempt()
        assert caught.value.how_to_fix == "Ask an administrator for the role Engineer."
    assert Source.objects.values().get() == before
    assert verbs() == ["source.created"]


def test_a_change_keeps_the_password_and_tells_before_and_after(source: Source, engineer: User) -> None:
    actions.change(source, by=engineer, description="All we sell", left_out_schemas="tmp_*")
    stored = Source.objects.get()
    assert (stored.description, stored.left_out_schemas) == ("All we sell", "tmp_*")
    assert decrypt(stored.password_encrypted) == READER_PASSWORD
    event = events_about(source).first()
    assert event is not None
    assert event.details == {
        "before": {"description": "", "left_out_schemas": ""},
        "after": {"description": "All we sell", "left_out_schemas": "tmp_*"},
    }


def test_a_change_of_nothing_is_no_event(source: Source, engineer: User) -> None:
    actions.change(source, by=engineer, name="Company")
    assert verbs() == ["source.created"]


def test_a_new_password_is_tried_before_it_replaces_the_old(source: Source, engineer: User) -> None:
    with pytest.raises(Invalid) as caught:
        actions.change(source, by=engineer, password="wrong")
    assert caught.value.code == "wrong_password"
    assert decrypt(Source.objects.get().password_encrypted) == READER_PASSWORD
    actions.change(source, by=engineer, password="changed", untested=True)
    assert decrypt(Source.objects.get().password_encrypted) == "changed"
    event = events_about(source).first()
    assert event is not None
    assert event.details == {"before": {}, "after": {}, "password": "replaced"}


@pytest.mark.parametrize("moved", [{"host": "evil.example"}, {"port": 6543}, {"tls": "disable"}])
def test_the_stored_password_is_not_sent_elsewhere_or_less_protected(
    source: Source, engineer: User, moved: Facts
) -> None:
    for name, value in moved.items():  # as a form does before it hands the source over
        setattr(source, name, value)
    with pytest.raises(Invalid) as caught:
        actions.change(source, by=engineer, untested=True, **moved)
    assert (caught.value.code, caught.value.field) == ("password_needed", "password")
    with pytest.raises(Invalid):
        actions.draft(source, **moved)
    stored = Source.objects.values(*moved).get()
    assert stored != moved


def test_a_change_on_top_of_another_persons_is_refused(
    source: Source, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(candidate: Source) -> Any:
        Source.objects.update(description="by somebody else")
        return look(candidate)

    monkeypatch.setattr("catalog.sources.actions.storing.look", meanwhile)
    with pytest.raises(Conflict):
        actions.change(source, by=engineer, password=READER_PASSWORD, name="Mine")
    assert Source.objects.get().name == "Company"


def test_a_schedule_sets_the_next_harvest(source: Source, engineer: User) -> None:
    actions.schedule(source, by=engineer, harvest_every_minutes=60)
    stored = Source.objects.get()
    assert stored.next_harvest_at is not None
    assert 3500 < (stored.next_harvest_at - clock.now()).total_seconds() <= 3600
    actions.schedule(source, by=engineer, harvest_every_minutes=None)
    assert Source.objects.values_list("harvest_every_minutes", "next_harvest_at").get() == (None, None)
    assert verbs() == ["source.created", "source.scheduled", "source.scheduled"]


def test_privacy_takes_others_along_in_one_transaction(
    source: Source, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bool] = []
    monkeypatch.setattr(registry, "on_privacy_change", [lambda changed: heard.append(changed.is_private)])
    actions.set_privacy(source, by=engineer, is_private=True)
    actions.set_privacy(source, by=engineer, is_private=True)
    actions.set_privacy(source, by=engineer, is_private=False)
    assert heard == [True, False]
    assert verbs() == ["source.created", "source.made_private", "source.made_open"]


def test_privacy_stays_when_somebody_who_follows_fails(
    source: Source, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(changed: Source) -> None:
        raise Conflict("No.")

    monkeypatch.setattr(registry, "on_privacy_change", [fail])
    with pytest.raises(Conflict):
        actions.set_privacy(source, by=engineer, is_private=True)
    assert not Source.objects.get().is_private
    assert verbs() == ["source.created"]


def test_deletion_asks_for_the_name(source: Source, engineer: User) -> None:
    with pytest.raises(Invalid) as caught:
        actions.delete(source, by=engineer, confirmation="company")
    assert caught.value.field == "confirmation"
    assert Source.objects.exists()
    actions.delete(source, by=engineer, confirmation=" Company ")
    assert not Source.objects.exists()
    assert verbs() == ["source.created", "source.deleted"]


def test_deletion_waits_for_other_rooms(source: Source, engineer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def guard(doomed: Source) -> None:
        raise Conflict("A harvest is running.")

    monkeypatch.setattr(registry, "before_delete", [guard])
    with pytest.raises(Conflict):
        actions.delete(source, by=engineer, confirmation="Company")
    assert Source.objects.exists()
    assert verbs() == ["source.created"]


def test_a_test_is_written_down_with_its_outcome(source: Source, engineer: User) -> None:
    assert actions.test_connection(source, by=engineer).ok
    draft = actions.draft(source, password="wrong")
    assert not actions.test_connection(draft, by=engineer).ok
    outcomes = Event.objects.filter(verb="source.tested").order_by("occurred_at")
    assert [event.details["outcome"] for event in outcomes] == ["works", "failed (wrong_password)"]


def test_the_password_gets_into_no_log(
    engineer: User, facts: Facts, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    caplog.set_level(logging.DEBUG)
    source = actions.create(by=engineer, **facts)
    actions.test_connection(source, by=engineer)
    with pytest.raises(DomainError) as caught:
        actions.change(source, by=engineer, password=READER_PASSWORD, database="none")
    assert READER_PASSWORD not in caplog.text
    assert READER_PASSWORD not in f"{source!r} {caught.value!r} {caught.value.__cause__!r}"


def test_rotation_by_command_leaves_every_password_readable_with_the_new_key_alone(
    source: Source, settings: Settings
) -> None:
    new = Fernet.generate_key().decode()
    settings.CREDENTIALS_KEYS = [new, *settings.CREDENTIALS_KEYS]
    make_source("Without a password")
    said = StringIO()
    call_command("rotate_credentials", stdout=said)
    settings.CREDENTIALS_KEYS = [new]
    assert said.getvalue() == "1 passwords are encrypted with the newest key.\n"
    assert look(Source.objects.get(pk=source.pk)).ok
    assert verbs() == ["source.created", "source.credentials_rotated"]


def test_rotation_is_all_or_nothing(source: Source, settings: Settings) -> None:
    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode(), *settings.CREDENTIALS_KEYS]
    lost = Fernet(Fernet.generate_key()).encrypt(b"secret").decode()
    make_source("Zoo", password_encrypted=lost)
    before = set(Source.objects.values_list("password_encrypted", flat=True))
    with pytest.raises(CommandError, match="key it was encrypted with is gone"):
        call_command("rotate_credentials")
    assert set(Source.objects.values_list("password_encrypted", flat=True)) == before


def test_a_lost_key_is_mended_by_entering_the_password_again(
    source: Source, engineer: User, settings: Settings
) -> None:
    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode()]
    report = actions.test_connection(source, by=engineer)
    assert report.error is not None
    assert report.error.code == "credentials_unreadable"
    actions.change(source, by=engineer, password=READER_PASSWORD)
    assert actions.test_connection(Source.objects.get(), by=engineer).ok
    assert encrypt("x") != encrypt("x")
