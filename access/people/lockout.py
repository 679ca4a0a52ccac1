"""What follows too many failed sign-ins: a page that says for how long, and an entry in the ledger."""

from typing import Any

from axes.helpers import get_cool_off
from axes.signals import user_locked_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock

LOCKED_OUT = register("person.locked_out", "was locked out after too many failed sign-ins")


def page(request: HttpRequest, *_: object) -> HttpResponse:
    """Say until when signing in is closed; every further attempt begins the wait anew."""
    again_at = clock.now() + get_cool_off(request)
    return render(request, "people/locked_out.html", {"again_at": again_at}, status=429)


@receiver(user_locked_out)
def note(sender: object, username: str = "", **_: Any) -> None:
    """Keep the address that was typed; the library says this by signal only."""
    record(LOCKED_OUT, by=None, object_name=(username or "")[:200])
