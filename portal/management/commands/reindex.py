"""`manage.py reindex`: build the search index anew from the catalog."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.search import actions
from portal.management.console import Bar


class Command(BaseCommand):
    help = "Build the search index anew from the catalog, while the portal runs."

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar("Search index")
        changed = actions.rebuild(bar)
        bar.finish(f"{changed} documents changed")
