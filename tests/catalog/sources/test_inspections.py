"""Inspections: what a real server tells is kept; failures beside it; once a day by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from access.people.models import User
from catalog.sources import inspections, tasks
from catalog.sources.capabilities import lines
from catalog.sources.health import expiry_of
from catalog.sources.models import ServerReport, Source
from governance.audit.models import Event
from portal.kit import clock
from portal.kit.errors import NotAllowed
from tests.catalog.sources.warehouse import Warehouse
from tests.factories.catalog import make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(warehouse: Warehouse) -> Source:
    stored = warehouse.source()
    stored.save()
    return stored


def test_what_a_real_server_tells_is_kept(source: Source, engineer: User) -> None:
    inspections.inspect(source, by=engineer)
    report = ServerReport.objects.get()
    assert report.server.startswith("PostgreSQL ")
    assert (report.error, report.tls) == ("", {})
    found = report.capabilities
    assert found["wal_level"] in {"replica", "minimal", "logical"}
    assert (found["may_replicate"], found["read_only"]) == (False, False)
    assert found["tables_without_key"] == {
        "count": 3,
        "first": ["payroll.salaries", "sales.customers", "sales.orders"],
    }
    assert found["update_columns"] == {"tables": 0, "count": 0, "first": []}
    assert "The user may not replicate. Have run: ALTER ROLE … REPLICATION" in found["cdc"]["missing"]
    assert found["cdc"]["possible"] is False
    assert "password_expires_at" not in found
    event = Event.objects.get()
    assert (event.verb, event.details) == ("source.inspected", {"outcome": report.server})


def test_update_columns_keys_and_the_end_of_the_password_are_found(
    source: Source, engineer: User, warehouse: Warehouse
) -> None:
    warehouse.run("ALTER ROLE {} VALID UNTIL '2031-05-06 07:00+00'", warehouse.reader)
    warehouse.run(
        "CREATE SCHEMA stock CREATE TABLE items (id int PRIMARY KEY, updated_at timestamptz, row_modified date)"
        " CREATE TABLE moves (id int PRIMARY KEY, changed_on timestamp, updated_by text)"
        " CREATE INDEX ON moves (changed_on)"
    )
    try:
        found = inspections.inspect(source, by=engineer).capabilities
    finally:
        warehouse.run("DROP SCHEMA stock CASCADE")
        warehouse.run("ALTER ROLE {} VALID UNTIL 'infinity'", warehouse.reader)
    assert found["update_columns"] == {
        "tables": 2,
        "count": 3,
        "first": [
            {"table": "stock.items", "column": "updated_at", "is_indexed": False},
            {"table": "stock.items", "column": "row_modified", "is_indexed": False},
            {"table": "stock.moves", "column": "changed_on", "is_indexed": True},
        ],
    }
    assert found["tables_without_key"]["count"] == 3
    ends = expiry_of(source, ServerReport.objects.get())
    assert ends == datetime(2031, 5, 6, 7, tzinfo=UTC)


def test_a_failure_is_kept_beside_what_was_found(source: Source, engineer: User) -> None:
    inspections.inspect(source, by=engineer)
    source.port = 1
    report = inspections.inspect(source, by=engineer)
    assert "nothing listens on this port" in report.error
    assert report.server.startswith("PostgreSQL ")
    assert ServerReport.objects.count() == 1


def test_others_inspect_nothing(source: Source, steward: User) -> None:
    with pytest.raises(NotAllowed):
        inspections.inspect(source, by=steward)
    assert not ServerReport.objects.exists()


def test_by_itself_a_server_is_inspected_once_a_day(
    source: Source, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(inspections, "_send", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        assert inspections.ask_when_due(source.pk)
    assert sent == [source.pk]
    tasks.inspect(source.pk)
    tasks.inspect(987654)
    assert not inspections.is_due(source.pk)
    assert not inspections.ask_when_due(source.pk)
    ServerReport.objects.update(inspected_at=clock.now() - timedelta(hours=25), server="before")
    tasks.inspect(source.pk)
    assert ServerReport.objects.get().server != "before"
    assert not Event.objects.exists()


def test_a_driver_that_is_missing_is_a_failure_like_others(engineer: User) -> None:
    report = inspections.inspect(make_source(engine="gone_with_its_package"), by=engineer)
    assert "There is no engine" in report.error


def test_capabilities_are_said_in_words() -> None:
    told = {
        line.label: (line.text, line.tone)
        for line in lines(
            {
                "odd_thing": {"one": True, "two": [1000, "b"]},
                "nothing": "",
                "password_expires_at": "2026-12-01T00:00:00+00:00",
                "cdc": {"possible": True, "why": "The log holds every row.", "missing": []},
                "wal_level": "logical",
                "may_replicate": False,
                "tables_without_key": {"count": 7, "first": ["a.a", "a.b", "a.c", "a.d", "a.e"]},
                "update_columns": {
                    "tables": 1, "count": 1, "first": [{"table": "a.a", "column": "updated_at", "is_indexed": True}],
                },
                "log_bin": False,
                "free_replication_slots": 0,
            }
        )
    }  # fmt: skip
    assert told == {
        "Change capture": ("Possible. The log holds every row.", "ok"),
        "Right to replicate": ("The user lacks it; only following changes needs it.", "neutral"),
        "Write-ahead log": ("wal_level is logical.", "ok"),
        "Binary log": ("Off.", "neutral"),
        "Free replication slots": ("0", "warn"),
        "Keys": ("7 tables have no primary key: a.a, a.b, a.c, a.d and 3 more.", "warn"),
        "Update columns": ("1 table says when a row was changed: a.a.updated_at.", "info"),
        "Odd thing": ("one: yes, two: 1,000, b", "neutral"),
    }


def test_what_has_another_shape_is_shown_as_it_is() -> None:
    assert [(line.label, line.text) for line in lines({"cdc": "soon", "update_columns": 3})] == [
        ("Cdc", "soon"),
        ("Update columns", "3"),
    ]
