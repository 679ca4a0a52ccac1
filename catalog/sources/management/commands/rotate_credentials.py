"""manage.py rotate_credentials: encrypt the sources' passwords with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.sources import actions
from portal.kit.errors import DomainError


class Command(BaseCommand):
    """Run it after putting a new key in front of CREDENTIALS_KEYS; then the old key can go."""

    help = "Encrypt the passwords of all sources with the first of CREDENTIALS_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate all or none."""
        try:
            number = actions.rotate_credentials(by=None)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{number} passwords are encrypted with the newest key.")
