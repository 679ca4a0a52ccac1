"""PostgreSQL 12 and later: a handful of statements over pg_catalog, whatever the number of tables.

A footprint of the whole catalog stands for each schema: while it is the known one, relations are listed for their
vitals alone. Otherwise the overview carries a fingerprint of every relation, computed in the source, so that only what
has changed is shipped. Volatile numbers (row estimate, size, writes) stay outside of the fingerprint. Nothing here
locks a relation or reads a user's row.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from catalog.harvest.connectors import statements
from catalog.harvest.connectors.contract import Part, ReadAgain, Scope
from catalog.harvest.connectors.footprint import FOOTPRINT
from catalog.sources.engines.postgresql import connect, explain
from catalog.sources.models import Source

_BLOCK = 1 << 16  # bytes handed on at a time


class PostgreSQLReading:
    """A REPEATABLE READ look at one database."""

    def __init__(self, connection: psycopg.Connection, scope: Scope) -> None:
        self._connection = connection
        self._left_out = sql.Literal([_regex(pattern) for pattern in scope.left_out])
        self._only = sql.Literal(None if scope.only is None else list(scope.only))
        self._known = scope.known
        self._footprint, self._is_known = "", False
        self._unreadable: dict[int, str] = {}  # views whose definition the server can't give

    def overview(self, part: Part) -> Iterator[bytes]:
        """Stream the schemas, or the relations with their fingerprints, or without them when all is as it is known."""
        if part is Part.SCHEMAS:
            self._look()
        elif self._is_known:
            return self._copy(statements.RELATIONS_AS_KNOWN)
        return self._copy(statements.OVERVIEWS[part], footprint=sql.Literal(self._footprint))

    def _look(self) -> None:
        """Take the footprint, and see whether every schema that we read is known by it."""
        (self._footprint,) = self._connection.execute(FOOTPRINT.encode()).fetchone() or ("",)
        names = [name for (name,) in self._connection.execute(self._query(statements.SCHEMA_NAMES)).fetchall()]
        self._is_known = bool(names) and all(self._known.get(name) == self._footprint for name in names)

    def details(self, part: Part, relations: Sequence[int]) -> Iterator[bytes]:
        """Stream a part for these oids."""
        return self._copy(statements.DETAILS[part], oids=sql.Literal(list(relations)))

    def warnings(self) -> list[str]:
        """Name the schemas whose tables the account may list but not read, and the broken views."""
        closed = self._connection.execute(self._query(statements.CLOSED_SCHEMAS)).fetchall()
        return [
            f"The account has no USAGE on the schema {name}: its tables are listed, but their rows can't be read."
            for (name,) in closed
        ] + [
            f"The view {name} is broken at the source: it is listed without its definition."
            for name in self._unreadable.values()
        ]

    def cancel(self) -> None:
        """Ask the server to stop the statement at hand."""
        self._connection.cancel_safe(timeout=5)

    def _copy(self, statement: str, **literals: sql.Composable) -> Iterator[bytes]:
        try:
            yield from self._blocks(sql.SQL("COPY ({}) TO STDOUT").format(self._query(statement, **literals)))
        except psycopg.errors.InternalError_ as error:
            # Something was dropped between our look and the server's describing it, or a view is broken.
            self._connection.rollback()
            self._unreadable |= self._broken_among(self._views())
            raise ReadAgain(
                "The source changed while it was read. Try again in a moment.", code="source_moving"
            ) from error
        except psycopg.Error as error:
            raise explain(error) from error

    def _blocks(self, query: sql.Composed) -> Iterator[bytes]:
        block = bytearray()
        with self._connection.cursor() as cursor, cursor.copy(query) as rows:
            for row in rows:
                block += row
                if len(block) > _BLOCK:
                    yield bytes(block)
                    block.clear()
        yield bytes(block)

    def _query(self, statement: str, **literals: sql.Composable) -> sql.Composed:
        facts = {"left_out": self._left_out, "only": self._only, "unreadable": sql.Literal(list(self._unreadable))}
        return sql.SQL(statement).format(**facts | literals)

    def _views(self) -> list[tuple[int, str]]:
        known = self._unreadable
        rows = self._connection.execute(self._query(statements.VIEWS)).fetchall()
        return [(oid, name) for oid, name in rows if oid not in known]

    def _broken_among(self, views: list[tuple[int, str]]) -> dict[int, str]:
        """Find by halves the views that the server fails to describe."""
        if not views or self._describes([oid for oid, _ in views]):
            return {}
        if len(views) == 1:
            return dict(views)
        middle = len(views) // 2
        return self._broken_among(views[:middle]) | self._broken_among(views[middle:])

    def _describes(self, views: list[int]) -> bool:
        try:
            with self._connection.transaction():
                self._connection.execute(
                    "SELECT count(pg_get_viewdef(oid, true)) FROM unnest(%s::oid[]) AS oid", [views]
                )
        except psycopg.errors.InternalError_:
            return False
        return True


class PostgreSQL:
    """The connector."""

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[PostgreSQLReading]:
        """Open one consistent look."""
        with connect(source, statement_timeout_s=source.statement_timeout_seconds) as connection:
            # Types and definitions then name their schemas, whatever search path the account has.
            connection.execute("SET search_path = pg_catalog")
            connection.commit()
            yield PostgreSQLReading(connection, scope)


def _regex(pattern: str) -> str:
    """Turn a pattern with * and ? into an anchored regular expression."""
    return f"^{re.escape(pattern).replace(re.escape('*'), '.*').replace(re.escape('?'), '.')}$"


CONNECTOR = PostgreSQL()
