"""`manage.py doctor`: what is wrong with this installation, and how to mend it."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.management import place
from portal.management.doctor import Finding, Level, examine


class Command(BaseCommand):
    help = "Examine this installation; every problem comes with what to do. Exit code 1 if something is broken."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print findings as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine(place.here()))
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=1))
        else:
            for finding in findings:
                self._print(finding)
        if any(finding.level is Level.FAIL for finding in findings):
            sys.exit(1)

    def _print(self, finding: Finding) -> None:
        styles = {Level.OK: self.style.SUCCESS, Level.WARN: self.style.WARNING, Level.FAIL: self.style.ERROR}
        self.stdout.write(f"{styles[finding.level](f'{finding.level:<4}')} {finding.subject}: {finding.text}")
        if finding.mend:
            self.stdout.write(f"     {finding.mend}")
