"""`manage.py prepare`: everything between a fresh or new version and the first page."""

import os
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

from portal import services
from portal.management.console import Bar, say

WAREHOUSE = "company"
_UNUSED = ["redoc", "rest_framework", "guardian", "django_tables2"]  # never linked; compressing them takes a while


class Command(BaseCommand):
    help = "Bring database and static files up to date; with --demo also the demo warehouse, people and source."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="build and register the demo warehouse")
        parser.add_argument("--scale", type=float, default=1.0, help="size of a newly built warehouse (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _migrate()
            _collect_static()
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


def _prepare_demo(scale: float) -> None:
    """Only here does the portal touch the demo package, whose own needs an installation without it does not have."""
    warehouse, seed = import_module("portal.demo.warehouse"), import_module("portal.demo.seed")
    url = os.environ.get("DEMO_WAREHOUSE_URL") or _create_warehouse()
    if not warehouse.is_built(url):
        bar = Bar("Demo warehouse")
        warehouse.build(url, scale=scale, progress=bar)
        bar.finish("built")
    say("Demo people, domains and source")
    seed.seed(warehouse_url=url)


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
