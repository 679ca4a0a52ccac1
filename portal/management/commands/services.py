"""`manage.py services`: the embedded PostgreSQL and Valkey by themselves."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import services
from portal.management import place


class Command(BaseCommand):
    help = "Start, stop or show the embedded PostgreSQL and Valkey."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        var = place.here().var
        try:
            if options["action"] == "start":
                services.start(var, say=self.stdout.write)
            elif options["action"] == "stop":
                services.stop(var)
            for state in services.status(var):
                now = f"process {state.pid}, 127.0.0.1:{state.port}" if state.running else "stopped"
                self.stdout.write(f"{state.name}: {now}, log {state.log}")
        except services.ServiceError as error:
            raise CommandError(str(error)) from None
