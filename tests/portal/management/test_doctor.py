import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import override_settings

from portal.kit import clock
from portal.kit.dead_letters import bury
from portal.kit.models import JobRun, OutboxMessage
from portal.management.doctor import Finding, Level, connections, data, examine, machine, versions
from portal.management.place import Place

GOOD_KEY = "k" * 50


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def levels(findings: list[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


@pytest.mark.django_db
@override_settings(SECRET_KEY=GOOD_KEY, CREDENTIALS_KEYS=["private"])
def test_a_sound_installation_has_no_finding_to_mend(place: Place) -> None:
    findings = list(examine(place))

    assert [finding for finding in findings if finding.mend] == []
    assert {finding.subject for finding in findings} >= {"Python", "PostgreSQL", "Redis", "Migrations", "Search index"}


def test_every_finding_that_is_not_ok_says_how_to_mend_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    break_database(monkeypatch)

    findings = list(examine(place))

    assert [finding for finding in findings if (finding.level is Level.OK) == bool(finding.mend)] == []


def break_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused\nmore")

    monkeypatch.setattr(connection, "ensure_connection", refuse)


def test_without_a_database_nothing_is_said_about_its_rows(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    break_database(monkeypatch)

    last = list(examine(place))[-1]

    assert (last.level, last.subject, last.text) == (Level.FAIL, "PostgreSQL", "does not answer: connection refused")
    assert "services start" in last.mend


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_a_broker_that_does_not_answer(place: Place) -> None:
    (finding,) = connections.broker(place)

    assert (finding.level, finding.subject) == (Level.FAIL, "Redis")
    assert "REDIS_URL" in finding.mend


@pytest.mark.django_db
def test_unapplied_migrations_name_the_first(place: Place) -> None:
    with connection.cursor() as cursor:
        newest = "select name from django_migrations where app = 'kit' order by id desc limit 1"
        cursor.execute(f"delete from django_migrations where app = 'kit' and name = ({newest}) returning name")
        (name,) = cursor.fetchone()

    (finding,) = data.migrations(place)

    assert (finding.level, finding.mend) == (Level.FAIL, "python3 manage.py prepare")
    assert f"not applied, first kit.{name}" in finding.text


@pytest.mark.django_db
def test_an_outbox_nobody_empties(place: Place) -> None:
    OutboxMessage.objects.create(topic="a", key="2")
    OutboxMessage.objects.filter(key="2").update(created_at=clock.now() - timedelta(hours=1))

    findings = list(data.outbox(place))

    assert levels(findings) == [Level.WARN]
    assert findings[0].text.startswith("1 waiting, the oldest since ")


@pytest.mark.django_db
def test_failed_work_that_waits_for_a_decision(place: Place) -> None:
    assert levels(list(data.failed_work(place))) == [Level.OK]
    bury("t", subject="s", key="k", payload={}, error=ValueError())

    (finding,) = data.failed_work(place)

    assert (finding.level, finding.text) == (Level.WARN, "1 dead letters wait for a decision.")


@pytest.mark.django_db
def test_a_job_without_a_sign_of_life(place: Place) -> None:
    run = JobRun.objects.create(kind="harvest", subject="crm", task="t", state="running")
    JobRun.objects.filter(pk=run.pk).update(created_at=clock.now() - timedelta(hours=1))

    assert levels(list(data.jobs(place))) == [Level.WARN]


@override_settings(SECRET_KEY="only-for-tests", CREDENTIALS_KEYS=["dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="])
def test_published_keys_are_refused(place: Place) -> None:
    assert levels(list(machine.keys(place))) == [Level.FAIL, Level.FAIL]


@override_settings(SECRET_KEY=GOOD_KEY, CREDENTIALS_KEYS=["private"])
def test_a_key_file_that_others_can_read(place: Place) -> None:
    key = place.var / "keys" / "secret_key"
    key.parent.mkdir()
    key.write_text("x")
    key.chmod(0o644)

    (finding,) = machine.keys(place)

    assert (finding.level, finding.mend) == (Level.FAIL, f"chmod 600 {key}")


def test_stopped_services(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")

    findings = [
        finding for finding in machine.embedded_services(place) if str(place.var) in finding.text or finding.mend
    ]

    assert (findings[0].level, findings[0].text) == (Level.WARN, "Stopped: PostgreSQL, Valkey.")


def test_a_damaged_services_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    (place.var / "services.json").write_text("{")

    (finding,) = machine.embedded_services(place)

    assert finding.level is Level.FAIL
    assert "services.json is damaged" in finding.text


def test_data_that_no_directory_refers_to(tmp_path: Path) -> None:
    for name, origin in (("used", tmp_path), ("abandoned", tmp_path / "gone")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "origin").write_text(f"{origin}\n")
    (tmp_path / "services.json").write_text("{}")

    assert machine.abandoned_homes(tmp_path) == [tmp_path / "abandoned"]


def test_packages_against_pyproject(place: Place, tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[project]\ndependencies = ["Django==1.0", "no-such-package>=1", "celery[redis]"]\n')

    missing, other = versions.packages(place, pyproject)

    assert (missing.level, missing.text) == (Level.FAIL, "Not installed: no-such-package.")
    assert other.level is Level.WARN
    assert "instead of 1.0" in other.text


def run_doctor(*arguments: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("doctor", *arguments, stdout=output)
    except SystemExit as stop:
        return int(str(stop.code)), output.getvalue()
    return 0, output.getvalue()


@pytest.mark.django_db
@override_settings(SECRET_KEY=GOOD_KEY, CREDENTIALS_KEYS=["private"])
def test_the_command_succeeds_when_nothing_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATRIUM_VAR", str(tmp_path))

    code, output = run_doctor()

    assert code == 0
    assert "ok   Migrations: all applied\n" in output


@override_settings(SECRET_KEY="short")
def test_the_command_fails_when_something_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    break_database(monkeypatch)
    monkeypatch.setenv("ATRIUM_VAR", str(tmp_path))

    code, output = run_doctor("--json")

    findings: list[dict[str, Any]] = json.loads(output)
    assert code == 1
    assert {finding["subject"] for finding in findings if finding["level"] == "fail"} == {"Keys", "PostgreSQL"}
