"""Asks a portal that runs elsewhere for something: `python -m tests.catalog.harvest.order start|cancel|retry …`."""

import sys

import django

django.setup()

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


def start(url: str) -> Run:
    """Store the source unless it is known, and start."""
    facts = conninfo_to_dict(url)
    name = str(facts["dbname"])
    source = Source.objects.filter(database=name).first() or Source.objects.create(
        name=name,
        slug=name.replace("_", "-"),
        host=str(facts["host"]),
        port=int(str(facts["port"])),
        database=name,
        username=str(facts["user"]),
        password_encrypted=encrypt(str(facts["password"])),
    )
    return actions.start(source, by=_engineer())


def cancel(number: str) -> Run:
    run = Run.objects.get(pk=int(number))
    actions.cancel(run, by=_engineer())
    return run


def retry(number: str) -> Run:
    return actions.retry(Run.objects.get(pk=int(number)), by=_engineer())


if __name__ == "__main__":
    print({"start": start, "cancel": cancel, "retry": retry}[sys.argv[1]](sys.argv[2]).pk)
