"""Testing a connection: what we found, step by step, in words."""

from dataclasses import dataclass
from typing import LiteralString

import psycopg

from catalog.sources.connections import connect
from catalog.sources.models import Source
from portal.kit.errors import DomainError

_STEPS = ("Reach the server", "Secure the line", "Sign in", "Open the database", "Read the catalog")
_REACH, _SECURE, _SIGN_IN, _OPEN, _READ = range(5)
_STEP_OF_FIELD = {
    "host": _REACH, "port": _REACH, "tls": _SECURE, "username": _SIGN_IN, "password": _SIGN_IN, "database": _OPEN,
}  # fmt: skip
_STEP_OF_CODE = {
    "not_admitted": _SIGN_IN, "too_many_connections": _OPEN, "server_not_ready": _REACH, "connection_failed": _REACH,
    "no_rights": _READ, "server_too_old": _READ,
}  # fmt: skip
_UNTRIED = ("host_invalid", "credentials_unreadable", "credentials_key_invalid")
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


@dataclass(frozen=True)
class Findings:
    """What the server is and what our user may read there."""

    version: str
    wal_level: str
    tls: str
    schemas: int
    tables: int
    closed_schemas: tuple[str, ...] = ()
    unreadable_tables: int = 0

    @property
    def missing_rights(self) -> list[str]:
        """Say which rights the user lacks and what for."""
        lines = []
        if self.closed_schemas:
            names = ", ".join(self.closed_schemas[:_NAMES_SHOWN])
            more = f" and {len(self.closed_schemas) - _NAMES_SHOWN} more" if self.closed_schemas[_NAMES_SHOWN:] else ""
            lines.append(f"No USAGE on the schemas {names}{more}: their tables are listed but can't be profiled.")
        if self.unreadable_tables:
            lines.append(f"No SELECT on {self.unreadable_tables} of {self.tables} tables: they can't be profiled.")
        return lines


@dataclass(frozen=True)
class Step:
    """A step of the test: done, problem or todo, with what there is to say."""

    number: int
    label: str
    state: str
    text: str = ""

    @property
    def word(self) -> str:
        """Say the state, or what was found."""
        return self.text or {"done": "Fine", "problem": "Failed"}.get(self.state, "Not tried")


@dataclass(frozen=True)
class Report:
    """The outcome of a test: findings, or the error that ended it."""

    findings: Findings | None = None
    error: DomainError | None = None

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def steps(self) -> list[Step]:
        """Return how far the test came."""
        failed = _failed_step(self.error) if self.error else len(_STEPS)
        untried = self.error is not None and self.error.code in _UNTRIED
        words = _words(self.findings) if self.findings else {}
        return [
            Step(number + 1, label, self._state(number, failed, untried=untried), words.get(number, ""))
            for number, label in enumerate(_STEPS)
        ]

    def _state(self, number: int, failed: int, *, untried: bool) -> str:
        if number == failed:
            return "problem"
        is_plain = number == _SECURE and self.findings is not None and not self.findings.tls
        return "done" if number < failed and not untried and not is_plain else "todo"


def look(source: Source) -> Report:
    """Connect to a source, stored or not, and say what was found; nothing is raised."""
    try:
        with connect(source, statement_timeout_s=_PATIENCE_S, application_name="atrium test") as connection:
            return Report(findings=_find(connection))
    except DomainError as error:
        return Report(error=error)


def _find(connection: psycopg.Connection) -> Findings:
    version, wal_level, tls = connection.execute(_SERVER).fetchone() or ("", "", "")
    rights = connection.execute(_RIGHTS).fetchall()
    return Findings(
        version=version,
        wal_level=wal_level,
        tls=tls or ("in use" if connection.pgconn.ssl_in_use else ""),
        schemas=len(rights),
        tables=sum(tables for _, _, tables, _ in rights),
        closed_schemas=tuple(name for name, is_open, _, _ in rights if not is_open),
        unreadable_tables=sum(unreadable for _, _, _, unreadable in rights),
    )


def _failed_step(error: DomainError) -> int:
    return _STEP_OF_CODE.get(error.code, _STEP_OF_FIELD.get(error.field or "", _READ))


def _words(findings: Findings) -> dict[int, str]:
    return {
        _REACH: f"PostgreSQL {findings.version}",
        _SECURE: f"TLS {findings.tls}" if findings.tls else "Not encrypted",
        _READ: f"{findings.schemas} schema{'' if findings.schemas == 1 else 's'}, {findings.tables} tables and views",
    }
