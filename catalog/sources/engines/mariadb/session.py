"""A session at MariaDB or MySQL: bounded in time, read-only, with a server that is new enough."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pymysql

from catalog.sources.engines import web
from catalog.sources.engines.mariadb.failures import explain, explain_opening
from catalog.sources.engines.mariadb.line import Line, Server
from catalog.sources.models import Source
from catalog.sources.secrets import password_of, with_secret
from portal.kit.errors import DomainError, Invalid

CONNECT_TIMEOUT_S = 10
_LOCK_TIMEOUT_S = 10
_READER_MAY_REST_S = 600  # how long the server waits for us to take the next rows
_GRACE_S = 15  # the server ends a statement; if it does not, the line does
_LONGEST_GROUP = 1 << 24  # bytes that the server puts together for a row
_OLDEST = {True: (10, 5), False: (8, 0, 16)}


@contextmanager
def connect(
    source: Source, *, statement_timeout_s: float = 300, application_name: str = "atrium harvest"
) -> Iterator[Line]:
    """Open a session to the source for the body, in which nothing can be written.

    No transaction is held open: the server's own tables, which alone are read, know no snapshots. The driver's errors,
    of the body too, come out as DomainErrors. Raises CredentialsUnreadable when the key of the password is gone,
    Invalid "server_too_old" for MariaDB before 10.5 and MySQL before 8.0.16.
    """
    web.plain_host(source)
    line = with_secret(source, lambda password: _opened(source, password, application_name))
    try:
        _bound(line, statement_timeout_s)
        yield line
    except pymysql.Error as error:
        raise explain(error) from error
    finally:
        with suppress(pymysql.Error):
            line.close()


def kill(source: Source, session: int) -> None:
    """Stop the statement of a session of ours by another one; does nothing when that is not possible."""
    with suppress(DomainError, pymysql.Error):
        line = _opened(source, password_of(source), "atrium cancel")
        try:
            line.rows(f"KILL QUERY {session}")
        finally:
            line.close()


def _opened(source: Source, password: str, application_name: str) -> Line:
    wants = source.tls
    context = web.context_of(source) if wants in (Source.Tls.REQUIRE, Source.Tls.VERIFY) else None
    try:
        line = Line(
            host=source.host,
            port=source.port or 3306,
            user=source.username,
            password=password.encode(),
            database=source.database or None,
            ssl=context,
            ssl_disabled=wants == Source.Tls.OFF or None,
            charset="utf8mb4",
            sql_mode="",
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=CONNECT_TIMEOUT_S,
            write_timeout=CONNECT_TIMEOUT_S,
            program_name=application_name,
        )
    except (pymysql.Error, DomainError, *_UNREADABLE) as error:
        raise explain_opening(error, is_plain=wants == Source.Tls.OFF) from error
    return line


# What the driver makes of bytes that are not MariaDB's, and of ways to sign in that it lacks a package for.
_UNREADABLE = (struct.error, ValueError, IndexError, TypeError, AttributeError, RuntimeError, AssertionError)


def _bound(line: Line, statement_timeout_s: float) -> None:
    server = line.server
    _require_version(server)
    bound = "max_statement_time" if server.is_mariadb else "max_execution_time"
    limit = f"{statement_timeout_s:.3f}" if server.is_mariadb else f"{statement_timeout_s * 1000:.0f}"
    line.rows(
        f"SET SESSION {bound} = {limit}, lock_wait_timeout = {_LOCK_TIMEOUT_S}, "
        f"net_write_timeout = {_READER_MAY_REST_S}, group_concat_max_len = {_LONGEST_GROUP}"
    )
    line.rows("SET SESSION TRANSACTION READ ONLY")
    line.rows("USE information_schema")  # so that definitions name their schemas
    line.wait_up_to(statement_timeout_s + _GRACE_S)


def _require_version(server: Server) -> None:
    oldest = _OLDEST[server.is_mariadb]
    if server.version < oldest:
        wanted = Server(server.is_mariadb, oldest).label
        raise Invalid(
            f"The server runs {server.label}, but {wanted} or newer is needed. Have it upgraded.",
            code="server_too_old",
            field="host",
        )
