"""`manage.py prepare`: everything between a fresh or new version and the first page."""

import os
import secrets
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from catalog.search.dictionary import actions as dictionary
from portal import services
from portal.management.console import Bar, say
from portal.settings import environment

WAREHOUSE = "company"
_UNUSED = ["redoc", "rest_framework", "guardian", "django_tables2"]  # never linked; compressing them takes a while


class Command(BaseCommand):
    help = "Bring database and static files up to date; with --demo also the demo warehouse, people and source."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="build and register the demo warehouse")
        parser.add_argument("--scale", type=int, help="size of the warehouse (default: as it is, at first 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.VAR_DIR / "run").mkdir(parents=True, exist_ok=True)  # the schedule keeps its state there
        try:
            _migrate()
            _collect_static()
            dictionary.add_defaults()
            if options["demo"]:
                _prepare_demo(options["scale"])
        except (OperationalError, psycopg.OperationalError) as error:
            raise CommandError(f"The database does not answer: {error}") from None


def _migrate() -> None:
    bar = Bar("Migrations")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    applied = 0

    def progress(action: str, migration: Any = None, fake: Any = False, /) -> None:
        nonlocal applied
        if action == "apply_start":
            bar(applied, len(plan), str(migration))
        applied += action == "apply_success"

    MigrationExecutor(connection, progress).migrate(executor.loader.graph.leaf_nodes())
    call_command("migrate", interactive=False, verbosity=0)  # permissions and content types
    bar.finish(f"{applied} applied")


def _collect_static() -> None:
    """Skipped when nothing is newer than the last collection."""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    collected_at = manifest.stat().st_mtime if manifest.exists() else 0.0
    files = (Path(storage.path(path)) for finder in get_finders() for path, storage in finder.list([]))
    if any(file.stat().st_mtime > collected_at for file in files):
        say("Collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=_UNUSED)


def _prepare_demo(scale: int | None) -> None:
    """Only here does the portal touch the demo package, whose own needs an installation without it does not have."""
    warehouse, seed = import_module("portal.demo.warehouse"), import_module("portal.demo.seed")
    url = warehouse_url()
    password = environment.key_file(settings.VAR_DIR / "keys" / "demo_reader", lambda: secrets.token_urlsafe(24))
    size = _remembered_scale(scale)
    if not warehouse.is_built(url, scale=size):
        bar = Bar("Demo warehouse")
        bar.finish(warehouse.build(url, scale=size, progress=bar, reader_password=password).summary())
    say("Demo people, domains and source")
    logins = seed.seed(warehouse_url=warehouse.ensure_reader(url, password=password))
    _prepare_lake()
    import_module("portal.demo.searched").look_for_things()
    _run_file("demo-logins").write_text("".join(f"{line}\n" for line in logins or ()))


def _prepare_lake() -> None:
    """Files beside the warehouse; a folder of their own that sources may read."""
    lake, planting = import_module("portal.demo.lake"), import_module("portal.demo.lake_sources")
    places = lake.Places(settings.VAR_DIR / "demo" / "lake")
    if not lake.is_built(places):
        say("Files, archive, laboratory and lakehouse of the demo")
        lake.build(places)
    planting.plant_lake(places)
    planting.let_time_pass(places)


def warehouse_url() -> str:
    """Return the owner's address of the demo warehouse, whose database is created when it is missing."""
    return os.environ.get("DEMO_WAREHOUSE_URL") or _create_warehouse()


def _remembered_scale(asked: int | None) -> int:
    """The warehouse keeps its size when a later start does not ask for another."""
    file = _run_file("demo-scale")
    size = asked or (int(file.read_text()) if file.exists() else 1)
    file.write_text(str(size))
    return size


def _run_file(name: str) -> Path:
    directory: Path = settings.VAR_DIR / "run"
    directory.mkdir(parents=True, exist_ok=True)
    return directory / name


def _create_warehouse() -> str:
    """Beside the portal's own database, on the same server."""
    default = settings.DATABASES["default"]
    address = f"{default['HOST']}:{default['PORT'] or 5432}"
    endpoints = services.Endpoints(
        f"postgresql://{default['USER']}:{default['PASSWORD']}@{address}/{default['NAME']}", ""
    )
    try:
        return services.create_database(endpoints, WAREHOUSE)
    except psycopg.errors.InsufficientPrivilege:
        raise CommandError(
            f"The user of DATABASE_URL may not create the database {WAREHOUSE}: let its owner do so, "
            "or name another database in DEMO_WAREHOUSE_URL."
        ) from None
