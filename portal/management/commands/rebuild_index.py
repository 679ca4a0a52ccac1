"""`manage.py rebuild_index`: index every asset anew, while search goes on."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.search.actions import rebuild
from portal.management.console import Bar


class Command(BaseCommand):
    help = "Index every asset anew. Search goes on meanwhile; documents of assets that are gone are removed."

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar("Search index")
        written = rebuild(lambda done, total: bar(done, total, "assets"))
        bar.finish(f"{written} documents written")
