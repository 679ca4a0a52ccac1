import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from portal import services
from portal.management.commands import prepare


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    monkeypatch.setattr(settings, "STATIC_ROOT", tmp_path / "static")
    return tmp_path


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The builds of a demo warehouse that is not really built, and seeding that plants nobody."""
    builds: list[dict[str, Any]] = []

    def build(url: str, **options: Any) -> SimpleNamespace:
        options.pop("progress")(1, 1, "orders")
        builds.append(options)
        return SimpleNamespace(summary=lambda: "1 table")

    def is_built(url: str, *, scale: int) -> bool:
        return any(options["scale"] == scale for options in builds)

    warehouse, seed = ModuleType("portal.demo.warehouse"), ModuleType("portal.demo.seed")
    reader = {"ensure_reader": lambda url, password: f"{url}?reader"}
    vars(warehouse).update(build=build, is_built=is_built, **reader)
    vars(seed).update(seed=lambda *, warehouse_url: [f"ana harvests {warehouse_url}"])
    monkeypatch.setitem(sys.modules, "portal.demo.warehouse", warehouse)
    monkeypatch.setitem(sys.modules, "portal.demo.seed", seed)
    monkeypatch.setattr(prepare, "_prepare_lake", lambda: None)
    monkeypatch.setenv("DEMO_WAREHOUSE_URL", "postgresql://warehouse")
    return builds


@pytest.mark.django_db
def test_static_files_are_collected_once(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (var / "static").mkdir()
    (var / "static" / "staticfiles.json").touch()

    call_command("prepare")

    assert capsys.readouterr().out == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("var")
def test_the_demo_warehouse_is_built_once_and_keeps_its_size(
    built: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "_collect_static", lambda: None)

    call_command("prepare", demo=True, scale=3)
    call_command("prepare", demo=True)

    assert [options["scale"] for options in built] == [3]


@pytest.mark.django_db
def test_people_are_seeded_with_a_reader_and_their_logins_are_kept(
    var: Path, built: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "_collect_static", lambda: None)

    call_command("prepare", demo=True)

    assert (var / "run" / "demo-logins").read_text() == "ana harvests postgresql://warehouse?reader\n"
    assert built[0]["reader_password"] == (var / "keys" / "demo_reader").read_text()


def test_a_database_that_is_down_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(prepare, "_migrate", refuse)

    with pytest.raises(CommandError, match="The database does not answer: connection refused"):
        call_command("prepare")


def test_a_user_that_may_not_create_databases_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> str:
        raise psycopg.errors.InsufficientPrivilege

    monkeypatch.setattr(services, "create_database", refuse)

    with pytest.raises(CommandError, match="DEMO_WAREHOUSE_URL"):
        prepare._create_warehouse()


def test_the_warehouse_lies_beside_the_portals_database(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(services, "create_database", lambda *arguments: asked.extend(arguments))

    prepare._create_warehouse()

    known = connection.settings_dict
    assert isinstance(asked[0], services.Endpoints)
    assert f"@{known['HOST']}:{known['PORT']}/" in asked[0].database_url
    assert asked[1] == "company"
