"""The desk of a portal that runs elsewhere: takes orders as lines of JSON, answers with the number of the run."""

import json
import sys
from collections.abc import Callable

import django

django.setup()

from django.db import close_old_connections  # noqa: E402
from psycopg.conninfo import conninfo_to_dict  # noqa: E402

from access.people.models import User  # noqa: E402
from access.people.roles import Role  # noqa: E402
from catalog.harvest import actions  # noqa: E402
from catalog.harvest.models import Run  # noqa: E402
from catalog.sources.credentials import encrypt  # noqa: E402
from catalog.sources.models import Source  # noqa: E402

EMAIL = "engineer@atrium.example"


def _engineer() -> User:
    known = User.objects.filter(email=EMAIL).first()
    return known or User.objects.create_user(EMAIL, "x", name="Enzo Gineer", roles=[Role.ENGINEER])


def start(url: str, **limits: int) -> Run:
    """Store the source unless it is known, and start. `limits` are facts of the source."""
    facts = conninfo_to_dict(url)
    name = str(facts["dbname"])
    source = Source.objects.filter(database=name, port=int(str(facts["port"]))).first() or Source.objects.create(
        name=name,
        slug=name.replace("_", "-"),
        host=str(facts["host"]),
        port=int(str(facts["port"])),
        database=name,
        username=str(facts["user"]),
        password_encrypted=encrypt(str(facts["password"])),
    )
    Source.objects.filter(pk=source.pk).update(**limits)
    source.refresh_from_db()
    return actions.start(source, by=_engineer())


def cancel(number: str) -> Run:
    run = Run.objects.get(pk=int(number))
    actions.cancel(run, by=_engineer())
    return run


def retry(number: str) -> Run:
    return actions.retry(Run.objects.get(pk=int(number)), by=_engineer())


ORDERS: dict[str, Callable[..., Run]] = {"start": start, "cancel": cancel, "retry": retry}

if __name__ == "__main__":
    for line in sys.stdin:
        close_old_connections()
        what, about, facts = json.loads(line)
        print(ORDERS[what](about, **facts).pk, flush=True)
