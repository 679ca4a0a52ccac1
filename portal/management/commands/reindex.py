"""`manage.py reindex`: build the search index anew from the catalog."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from catalog.search import actions
from portal.management.console import Bar


class Command(BaseCommand):
    help = "Build the search index anew from the catalog, while the portal runs."

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar("Search index")
        try:
            changed = actions.rebuild(lambda done, total: bar(done, total, "assets"))
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from None
        bar.finish(f"{changed} documents changed")
