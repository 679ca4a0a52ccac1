"""The one way to a PostgreSQL source: a bounded, read-only session whose failures are told in plain words."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from catalog.sources.engines import postgresql_report as report
from catalog.sources.engines import posture, web
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import explain
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from catalog.sources.secrets import with_secret
from portal.kit.errors import Invalid
from portal.kit.traced_sql import cursor_class

__all__ = ["DOOR", "OLDEST", "connect", "explain"]

CONNECT_TIMEOUT_S = 10
OLDEST = 12  # major version of PostgreSQL
_LOCK_TIMEOUT_S = 10
_NAMES_SHOWN = 5
_PATIENCE_S = 20

_RIGHTS: LiteralString = """
    SELECT n.nspname, has_schema_privilege(n.oid, 'USAGE'), count(c.oid),
           count(c.oid) FILTER (WHERE NOT has_any_column_privilege(c.oid, 'SELECT'))
    FROM pg_namespace n
    LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    GROUP BY n.oid, n.nspname ORDER BY n.nspname
"""
_SERVER: LiteralString = """
    SELECT current_setting('server_version'), current_setting('wal_level'),
           coalesce(version || ', ' || cipher, '')
    FROM (VALUES (pg_backend_pid())) AS us (pid) LEFT JOIN pg_stat_ssl USING (pid)
"""


@contextmanager
def connect(
    source: Source, *, statement_timeout_s: float = 300, application_name: str = "atrium harvest"
) -> Iterator[psycopg.Connection]:
    """Open a session to the source for the body; every transaction is REPEATABLE READ READ ONLY.

    The driver's errors, of the body too, come out as DomainErrors (see `explain`). Raises CredentialsUnreadable when
    the key of the password is gone, Invalid "server_too_old" for a server before version 12.
    """

    def attempt(password: str) -> psycopg.Connection:
        try:
            return _open(source, password, application_name)
        except psycopg.Error as error:
            raise explain(error) from error

    try:
        with with_secret(source, attempt) as connection:
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
        cursor_factory=cursor_class(),
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


class PostgreSQLDoor:
    """Tests and inspects PostgreSQL."""

    def look(self, source: Source) -> Findings:
        """Connect and say what was found."""
        with connect(source, statement_timeout_s=_PATIENCE_S, application_name="atrium test") as connection:
            version, wal_level, tls = connection.execute(_SERVER).fetchone() or ("", "", "")
            rights = connection.execute(_RIGHTS).fetchall()
            follows = "can" if wal_level == "logical" else "can't"
            return Findings(
                server=f"PostgreSQL {version}",
                tls=tls or ("in use" if connection.pgconn.ssl_in_use else ""),
                schemas=len(rights),
                tables=sum(tables for _, _, tables, _ in rights),
                missing_rights=tuple(_missing(rights)),
                notes=(f"wal_level is {wal_level}: changes {follows} be followed one by one.",),
            )

    def inspect(self, source: Source) -> Inspection:
        """Report version, line and what the server can do."""
        with connect(source, statement_timeout_s=_PATIENCE_S, application_name="atrium test") as connection:
            version, *_ = connection.execute(_SERVER).fetchone() or ("",)
            is_encrypted = bool(connection.pgconn.ssl_in_use)
            found = report.capabilities(connection)
        return Inspection(f"PostgreSQL {version}", _line(source) if is_encrypted else {}, found)


def _line(source: Source) -> dict[str, Any]:
    """Return how the line is protected; the certificate is left out when the server does not answer a second time."""
    try:
        return posture.of_postgresql(source, web.context_of(source), timeout_s=CONNECT_TIMEOUT_S)
    except OSError:
        return {"protocol": "TLS", "is_verified": source.tls == Source.Tls.VERIFY}


def _missing(rights: list[tuple[Any, ...]]) -> Iterator[str]:
    """Say which rights the user lacks and what for."""
    closed = [name for name, is_open, _, _ in rights if not is_open]
    tables, unreadable = (sum(row[place] for row in rights) for place in (2, 3))
    if closed:
        names = ", ".join(closed[:_NAMES_SHOWN])
        more = f" and {len(closed) - _NAMES_SHOWN} more" if closed[_NAMES_SHOWN:] else ""
        yield f"No USAGE on the schemas {names}{more}: their tables are listed but can't be profiled."
    if unreadable:
        yield f"No SELECT on {unreadable} of {tables} tables: they can't be profiled."


DOOR = PostgreSQLDoor()
