"""`manage.py demo`: the portal with a warehouse, people and a first harvest."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.management import place, running
from portal.services import ServiceError


class Command(BaseCommand):
    help = "Start the portal with a demo warehouse, demo people and a first harvest. A second run keeps all data."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help=f"TCP port (default: {running.USUAL_PORT} or the next free one)")
        parser.add_argument("--scale", type=int, help="size of the warehouse (default: as it is, at first 1)")
        parser.add_argument("--reset", action="store_true", help="delete all data of the portal first")
        parser.add_argument("--yes", action="store_true", help="do not ask before --reset")

    def handle(self, *args: Any, **options: Any) -> None:
        here = place.here()
        try:
            port = running.choose_port(options["port"])
            if options["reset"]:
                _confirm(here, asked=not options["yes"])
                running.remove_data(here)
            running.Portal(here, port, demo=True, scale=options["scale"]).run()
        except ServiceError as error:
            raise CommandError(str(error)) from None


def _confirm(here: place.Place, *, asked: bool) -> None:
    if not asked:
        return
    if not sys.stdin.isatty():
        raise CommandError("--reset deletes all data: repeat it with --yes.")
    if input(f"Delete all databases under {here.var}? Type yes: ").strip() != "yes":
        raise CommandError("Nothing was deleted.")
