"""The one way to a source: a bounded, read-only session whose failures are told in plain words."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from catalog.sources.credentials import decrypt
from catalog.sources.failures import explain
from catalog.sources.models import Source
from portal.kit.errors import Invalid

__all__ = ["OLDEST", "connect", "explain"]

CONNECT_TIMEOUT_S = 10
OLDEST = 12  # major version of PostgreSQL
_LOCK_TIMEOUT_S = 10


@contextmanager
def connect(
    source: Source, *, statement_timeout_s: float = 300, application_name: str = "atrium harvest"
) -> Iterator[psycopg.Connection]:
    """Open a session to the source for the body; every transaction is REPEATABLE READ READ ONLY.

    The driver's errors, of the body too, come out as DomainErrors (see `explain`). Raises CredentialsUnreadable when
    the key of the password is gone, Invalid "server_too_old" for a server before version 12.
    """
    password = decrypt(source.password_encrypted)
    try:
        with _open(source, password, application_name) as connection:
            _require_version(connection)
            _bound(connection, statement_timeout_s)
            yield connection
    except psycopg.Error as error:
        raise explain(error) from error


def _open(source: Source, password: str, application_name: str) -> psycopg.Connection:
    _require_plain_host(source.host)
    is_checked = source.tls == Source.Tls.VERIFY
    may_be_plain = source.tls in (Source.Tls.OFF, Source.Tls.PREFER)
    return psycopg.connect(
        host=source.host,
        port=source.port,
        dbname=source.database,
        user=source.username,
        password=password,
        passfile=os.devnull,  # the portal's own password file is not for sources
        sslmode=source.tls,
        sslrootcert=_authorities() if is_checked else None,
        require_auth="!password" if may_be_plain else None,  # never the bare password on a line that may be open
        gssencmode="disable",
        connect_timeout=CONNECT_TIMEOUT_S,
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
        application_name=application_name,
        prepare_threshold=None,
        autocommit=True,
    )


def _authorities() -> str:
    """Return the file of trusted authorities: PGSSLROOTCERT, else the one of this machine."""
    return os.environ.get("PGSSLROOTCERT") or ssl.get_default_verify_paths().cafile or "system"


def _require_plain_host(host: str) -> None:
    """Refuse what libpq takes for a socket file or for several hosts: both lead to other servers than the one named."""
    is_odd = not host or host[0] in "/@" or "," in host or any(character.isspace() for character in host)
    if is_odd or not _is_encodable(host):
        raise Invalid("Enter one host name or address.", code="host_invalid", field="host")


def _is_encodable(host: str) -> bool:
    try:
        return bool(host.encode("idna"))
    except UnicodeError:  # a part of more than 63 characters, or an empty one
        return False


def _require_version(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < OLDEST * 10_000:
        major = version // 10_000
        raise Invalid(
            f"The server runs PostgreSQL {major}, but version {OLDEST} or newer is needed. Have it upgraded.",
            code="server_too_old",
            field="host",
        )


def _bound(connection: psycopg.Connection, statement_timeout_s: float) -> None:
    for name, seconds in (("statement_timeout", statement_timeout_s), ("lock_timeout", _LOCK_TIMEOUT_S)):
        milliseconds = sql.Literal(int(seconds * 1000))
        connection.execute(sql.SQL("SET {} = {}").format(sql.Identifier(name), milliseconds))
    connection.execute("SET default_transaction_read_only = on")
    connection.autocommit = False
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
