"""`manage.py up`: an empty portal on this machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.management import place, running
from portal.services import ServiceError


class Command(BaseCommand):
    help = "Start an empty portal on this machine; the first visitor creates the administrator."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help=f"TCP port (default: {running.USUAL_PORT} or the next free one)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            running.Portal(place.here(), running.choose_port(options["port"])).run()
        except ServiceError as error:
            raise CommandError(str(error)) from None
