"""Statements as spans: a psycopg cursor that says what it runs, without any value in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from portal.kit import tracing

_LONGEST = 2000  # characters of a statement that are kept
_LOOKED_AT = 20_000  # a statement may carry thousands of literal ids
_LITERALS = re.compile(
    r"""
    (?P<kept>"(?:[^"]|"")*")                      # a quoted name
    | [eE]'(?:[^'\\]|\\.|'')*'                    # strings
    | (?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|$)
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?P<remark>--[^\n]*|/\*.*?\*/)
    | (?<![\w$%."])\d[\d.]*(?:[eE][+-]?\d+)?\b    # numbers
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANKS = re.compile(r"\s+")


def without_values(statement: str) -> str:
    """Return a statement with `?` for every literal, without remarks, on one line."""
    bare = _LITERALS.sub(_masked, statement[:_LOOKED_AT])
    return _BLANKS.sub(" ", bare).strip()[:_LONGEST]


def _masked(found: "re.Match[str]") -> str:
    if found["kept"]:
        return found["kept"]
    return " " if found["remark"] else "?"


def operation(statement: str) -> str:
    """Return the first word: SELECT, COPY …"""
    return statement.partition(" ")[0].upper() or "SQL"


class TracedCursor(psycopg.Cursor[Any]):
    """A cursor whose statements are spans, as far as they belong to work that is traced."""

    def execute(self, query: Any, *args: Any, **options: Any) -> Any:
        """Run a statement."""
        with self._span(query):
            return super().execute(query, *args, **options)

    def executemany(self, query: Any, *args: Any, **options: Any) -> None:
        """Run a statement for each of some rows."""
        with self._span(query):
            super().executemany(query, *args, **options)

    @contextmanager
    def copy(self, statement: Any, *args: Any, **options: Any) -> Iterator[psycopg.Copy]:
        """Copy rows; the span lasts as long as the traffic."""
        # Begun, not entered: the reader may be suspended, in a generator, while other work goes on.
        span = self._begun(statement)
        try:
            with super().copy(statement, *args, **options) as copy:
                yield copy
            span.note(db__response__returned_rows=max(self.rowcount, 0))
        except BaseException as error:
            span.fail(type(error).__name__)
            raise
        finally:
            span.end()

    @contextmanager
    def _span(self, query: Any) -> Iterator[None]:
        span = self._begun(query)
        try:
            yield
        except BaseException as error:
            span.fail(type(error).__name__)
            raise
        finally:
            span.end()

    def _begun(self, query: Any) -> tracing.Span:
        if not tracing.place():
            return tracing.begin("SQL")
        text = without_values(_text_of(query, self))
        facts = {"db__system__name": "postgresql", "db__namespace": self.connection.info.dbname}
        return tracing.begin(operation(text), "client", db__query__text=text, **facts)


def _text_of(query: Any, cursor: psycopg.Cursor[Any]) -> str:
    if isinstance(query, sql.Composable):
        return query.as_string(cursor)
    return query.decode("utf-8", "replace") if isinstance(query, bytes) else str(query)


def cursor_class(plain: type[psycopg.Cursor[Any]] = psycopg.Cursor) -> type[psycopg.Cursor[Any]]:
    """Return the class of cursors for a session: the plain one while nothing is traced, else the same with spans."""
    if not tracing.is_on() or issubclass(plain, TracedCursor):
        return plain
    return type(f"Traced{plain.__name__}", (TracedCursor, plain), {})
