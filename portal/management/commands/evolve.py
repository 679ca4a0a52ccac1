"""`manage.py evolve`: change the demo warehouse, so that its next harvest has something to show."""

from importlib import import_module
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from portal.management.commands.prepare import warehouse_url
from portal.management.console import say


class Command(BaseCommand):
    help = "Change the demo warehouse as its owners would: columns, tables, a view, a rename. Then harvest it again."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            import_module("portal.demo.evolve").evolve(warehouse_url())
        except (psycopg.OperationalError, psycopg.errors.UndefinedObject) as error:
            raise CommandError(f"The demo warehouse can't be changed: {error}. Is the demo running?") from None
        say("The warehouse has changed. Harvest it on the page of its source, then look at what changed.")
