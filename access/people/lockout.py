"""Noting in the ledger that an address was locked out after failed sign-ins."""

from typing import Any

from axes.signals import user_locked_out
from django.dispatch import receiver

from governance.audit.actions import record
from governance.audit.verbs import register

LOCKED_OUT = register("person.locked_out", "was locked out after too many failed sign-ins")


@receiver(user_locked_out)
def note(sender: object, username: str = "", **_: Any) -> None:
    """Keep the address that was typed; the library says this by signal only."""
    record(LOCKED_OUT, by=None, object_name=(username or "")[:200])
