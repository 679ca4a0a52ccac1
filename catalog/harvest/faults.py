"""Which failures of a harvest may pass by themselves, and which of them are of a single schema."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import DatabaseError

from portal.kit.errors import DomainError, Invalid, Unavailable

# For whoever enters an address these are mistakes; for a source that has been harvested before they are a server that
# is being restarted.
_PASSING = {"connection_refused", "connection_failed", "host_unknown", "host_unreachable", "not_postgresql"}
_LOCKS = {"55P03", "40P01", "40001"}
_UNSTORABLE = ("22", "23", "54")  # classes of SQLSTATE: data, integrity, limits of the server


@contextmanager
def of_the_source() -> Iterator[None]:
    """Turn what may pass into Unavailable, so that it is tried again."""
    try:
        yield
    except Invalid as error:
        if error.code not in _PASSING:
            raise
        raise Unavailable(error.message, code=error.code, field=error.field) from error


def of_a_schema(error: DatabaseError) -> DomainError | None:
    """Return in words what a failure of our own database says of the schema at hand; None when nothing."""
    cause = error.__cause__
    state = cause.sqlstate if isinstance(cause, psycopg.Error) and cause.sqlstate else ""
    if state in _LOCKS:
        return DomainError(
            f"Other work held on to this schema for more than {settings.HARVEST_LOCK_SECONDS} s, so it was left as it "
            "was. The next run takes it up again.",
            code="schema_locked",
        )
    if state.startswith(_UNSTORABLE):
        return DomainError(
            f"Something in this schema can't be stored ({type(cause).__name__}, SQLSTATE {state}), so it was left as "
            "it was. The log names it; the next run takes it up again.",
            code="schema_unstorable",
        )
    return None
