"""PostgreSQL 12 and later: six statements over pg_catalog, whatever the number of tables.

The overview carries a fingerprint of every relation, computed in the source, so that an unchanged source ships a row a
relation and nothing else. Volatile numbers (row estimate, size, writes) stay outside of the fingerprint. Nothing here
locks a relation or reads a user's row.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from catalog.harvest.connectors import statements
from catalog.harvest.connectors.contract import Part, register
from catalog.sources.connections import connect
from catalog.sources.models import Source


class PostgreSQLReading:
    """A REPEATABLE READ look at one database."""

    def __init__(self, connection: psycopg.Connection, left_out: Sequence[str]) -> None:
        self._connection = connection
        self._left_out = sql.Literal([_regex(pattern) for pattern in left_out])

    def overview(self, part: Part) -> Iterator[bytes]:
        """Stream the schemas, or the relations with their fingerprints."""
        return self._copy(statements.OVERVIEWS[part], left_out=self._left_out)

    def details(self, part: Part, relations: Sequence[int]) -> Iterator[bytes]:
        """Stream a part for these oids."""
        return self._copy(statements.DETAILS[part], oids=sql.Literal(list(relations)))

    def warnings(self) -> list[str]:
        """Name the schemas whose tables the account may list but not read."""
        closed = self._connection.execute(
            sql.SQL(statements.CLOSED_SCHEMAS).format(left_out=self._left_out)  # constant text, literals quoted
        ).fetchall()
        return [
            f"The account has no USAGE on the schema {name}: its tables are listed, but their rows can't be read."
            for (name,) in closed
        ]

    def _copy(self, statement: str, **literals: sql.Composable) -> Iterator[bytes]:
        query = sql.SQL("COPY ({}) TO STDOUT").format(sql.SQL(statement).format(**literals))
        with self._connection.cursor() as cursor, cursor.copy(query) as stream:
            for block in stream:
                yield bytes(block)


class PostgreSQL:
    """The connector."""

    @contextmanager
    def reading(self, source: Source) -> Iterator[PostgreSQLReading]:
        """Open one consistent look."""
        with connect(source) as connection:
            yield PostgreSQLReading(connection, source.left_out_schemas.split())


def _regex(pattern: str) -> str:
    """Turn a pattern with * and ? into an anchored regular expression."""
    return f"^{re.escape(pattern).replace(re.escape('*'), '.*').replace(re.escape('?'), '.')}$"


register(Source.Engine.POSTGRESQL, PostgreSQL())
