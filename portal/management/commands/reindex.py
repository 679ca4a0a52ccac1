"""`manage.py reindex`: build the search index anew from the catalog."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from catalog.search import actions
from catalog.search.backend import Unavailable
from catalog.search.elastic import building, connection
from portal.kit.errors import Conflict
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
        if connection.is_set_up():
            self._copy()

    def _copy(self) -> None:
        bar = Bar("Elasticsearch")
        try:
            number = building.build(lambda done, total: bar(done, total, "documents"))
        except Unavailable as error:
            raise CommandError(f"{error} The worker goes on by itself once it is back.") from None
        except Conflict as error:
            raise CommandError(error.message) from None
        bar.finish(f"{number} documents copied")
