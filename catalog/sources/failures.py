"""What went wrong with a source, in plain words: the one place that reads a PostgreSQL driver's errors.

Servers report a failed sign-in only as text, so the text is looked through. Nothing of it is passed on: it may hold
paths and addresses.
"""

from dataclasses import dataclass

import psycopg

from portal.kit.errors import DomainError, Invalid, Unavailable


@dataclass(frozen=True)
class Failure:
    """A kind of failure: its code, the field of the source to mend (or none), the words."""

    code: str
    field: str | None
    words: str
    is_passing: bool = False

    def error(self) -> DomainError:
        """Return it as an error: Unavailable when it may pass by itself, Invalid when somebody must mend it."""
        return (Unavailable if self.is_passing else Invalid)(self.words, code=self.code, field=self.field)


HOST_UNKNOWN = Failure(
    "host_unknown", "host", "No server of this name can be found. Check the host for typing errors, or use its address."
)
REFUSED = Failure(
    "connection_refused",
    "port",
    "The machine answers, but nothing listens on this port. Check the port, and that the server is running and takes "
    "connections from other machines.",
)
UNREACHABLE = Failure(
    "host_unreachable", "host", "There is no way to this host from the portal. Check the address and the firewalls."
)
TIMED_OUT = Failure(
    "connect_timeout",
    "host",
    "The server did not answer in time. A firewall may drop the connection, or the host or port is wrong.",
    is_passing=True,
)
NOT_POSTGRESQL = Failure(
    "not_postgresql", "port", "Something answers on this port, but it is not a PostgreSQL server. Check the port."
)
WRONG_PASSWORD = Failure(
    "wrong_password",
    "password",
    "The server refused the sign-in: wrong password, or no such user (it does not tell which). Enter it again.",
)
NO_PASSWORD = Failure("no_password", "password", "The server asks for a password. Enter one.")
UNKNOWN_USER = Failure("unknown_user", "username", "The server knows no user of this name that may sign in.")
UNKNOWN_DATABASE = Failure("unknown_database", "database", "The server has no database of this name.")
NO_CONNECT = Failure(
    "no_connect_right",
    "database",
    "The user may not connect to this database. Have its owner run: GRANT CONNECT ON DATABASE … TO …",
)
NOT_ADMITTED = Failure(
    "not_admitted",
    "host",
    "The server does not admit this user to this database from the portal's address. Have its administrator add a line "
    "for the portal to pg_hba.conf.",
)
TLS_NEEDED = Failure(
    "tls_needed",
    "tls",
    "The server does not admit this user without TLS from the portal's address. Choose TLS “Required”; when it is, "
    "have the server's administrator admit the portal.",
)
BARE_PASSWORD = Failure(
    "bare_password",
    "tls",
    "The server asks for the password itself instead of a proof of it; it is only sent on an encrypted line. "
    "Choose TLS “Required”.",
)
TLS_REFUSED = Failure(
    "tls_refused",
    "tls",
    "The server does not offer TLS, but TLS is required here. Have it switched on there, or choose “If offered”.",
)
UNTRUSTED = Failure(
    "certificate_untrusted",
    "tls",
    "The server's certificate is not signed by an authority that the portal trusts. Have the authority's certificate "
    "added to the portal, or choose “Required”, which encrypts without checking.",
)
OTHER_NAME = Failure(
    "certificate_other_name",
    "host",
    "The server's certificate is made out to another name. Enter the host by the name in its certificate.",
)
TOO_MANY = Failure(
    "too_many_connections", None, "The server has no connection left for us. Try again later.", is_passing=True
)
NOT_READY = Failure(
    "server_not_ready", None, "The server is starting up or shutting down. Try again in a minute.", is_passing=True
)
GONE = Failure(
    "server_gone", None, "The server ended the connection in the middle of the work. Try again later.", is_passing=True
)
DROPPED = Failure("database_dropped", "database", "The database was removed while we were reading it.")
TOO_SLOW = Failure(
    "statement_timeout", None, "The server took too long to answer a query, so it was stopped.", is_passing=True
)
LOCKED = Failure("locked", None, "A lock held by somebody else at the server did not go away in time.", is_passing=True)
NO_RIGHTS = Failure(
    "no_rights", "username", "The user lacks a right that is needed to read this. Have it granted at the server."
)
FAILED = Failure("connection_failed", None, "The connection failed for a reason that the server did not explain.")

_BY_STATE = {
    "28P01": WRONG_PASSWORD,
    "28000": NOT_ADMITTED,
    "3D000": UNKNOWN_DATABASE,
    "42501": NO_RIGHTS,
    "53300": TOO_MANY,
    "55P03": LOCKED,
    "57014": TOO_SLOW,
    "57P01": GONE,
    "57P02": GONE,
    "57P03": NOT_READY,
    "57P04": DROPPED,
    "57P05": GONE,
    "25P03": GONE,
}

# In this order: when a server is tried twice (with TLS and without), the text holds both failures.
_BY_TEXT = (
    ("failed to resolve host", HOST_UNKNOWN),
    ("password authentication failed", WRONG_PASSWORD),
    ("authentication failed for user", WRONG_PASSWORD),
    ("no password supplied", NO_PASSWORD),
    ("is not permitted to log in", UNKNOWN_USER),
    ("permission denied for database", NO_CONNECT),
    ("requested a cleartext password", BARE_PASSWORD),
    ("server does not support ssl", TLS_REFUSED),
    ("does not match host name", OTHER_NAME),
    ("certificate verify failed", UNTRUSTED),
    ("root certificate file", UNTRUSTED),
    ("no encryption", TLS_NEEDED),
    ("ssl off", TLS_NEEDED),
    ("no pg_hba.conf entry", NOT_ADMITTED),
    ("pg_hba.conf rejects", NOT_ADMITTED),
    ("the database system is", NOT_READY),
    ("too many", TOO_MANY),
    ("remaining connection slots", TOO_MANY),
    ("invalid response to ssl negotiation", NOT_POSTGRESQL),
    ("expected authentication request", NOT_POSTGRESQL),
    ("unsupported protocol", NOT_POSTGRESQL),
    ("connection refused", REFUSED),
    ("no route to host", UNREACHABLE),
    ("network is unreachable", UNREACHABLE),
    ("timed out", TIMED_OUT),
    ("timeout expired", TIMED_OUT),
)


def explain(error: psycopg.Error) -> DomainError:
    """Return what a driver's error means for the source's keeper, with a precise code and the field to mend."""
    failure = _BY_STATE.get(error.sqlstate or "") or _from_text(error)
    if failure:
        return failure.error()
    state = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    return Unavailable(f"The source answered a query with an error{state}.", code="source_error")


def _from_text(error: psycopg.Error) -> Failure | None:
    if error.sqlstate or not isinstance(error, psycopg.OperationalError):
        return None
    text = str(error).lower()
    if 'role "' in text and "does not exist" in text:
        return UNKNOWN_USER
    if 'database "' in text and "does not exist" in text:
        return UNKNOWN_DATABASE
    found = next((failure for part, failure in _BY_TEXT if part in text), None)
    if found:
        return found
    is_connecting = text.startswith(("connection failed", "connection is bad"))
    if not is_connecting:
        return GONE
    return NOT_POSTGRESQL if "server closed the connection" in text else FAILED
