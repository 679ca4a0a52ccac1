"""SQLite files: eight statements over the table of tables joined with PRAGMA functions, however many tables there are.

A view that names a table which is gone, or a virtual table whose module is missing here, fails the whole join: such
ones are found by halves, left out of the joins and named in a warning. SQLite keeps no comments and names no foreign
keys; checks are only part of a table's SQL and not read.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, groupby
from typing import Any

from catalog.harvest.connectors import sqlite_statements as statements
from catalog.harvest.connectors.contract import Scope
from catalog.harvest.connectors.rows import (
    ColumnRow,
    DetailRow,
    IndexRow,
    KeyRow,
    RelationRow,
    Row,
    RowReading,
    SchemaRow,
)
from catalog.sources.engines.sqlite import Session, connect
from catalog.sources.models import Source

SCHEMA = "main"
_GENERATED = (2, 3)  # virtual and stored, in the column `hidden`
_LONGEST_NAME = 280  # leaves room for a number

Fact = tuple[Any, ...]


class SQLiteExtractor:
    """One look at a file."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._broken: list[str] = []

    def schemas(self) -> Iterable[SchemaRow]:
        """Return the one schema."""
        return [SchemaRow(SCHEMA)]

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        """Read tables and views, columns, foreign keys and indexes."""
        relations = self.session.rows(statements.RELATIONS)
        estimates = self._estimates()
        self._broken = self._failing([str(name) for name, kind, _ in relations if kind in ("view", "virtual")])
        yield [row for relation in relations for row in _relation(relation, estimates)]
        left_out = json.dumps(self._broken)
        for batch in self.session.batches(statements.COLUMNS, left_out):
            yield [_column(*row) for row in batch]
        yield from self._keys_and_indexes(left_out)

    def warnings(self) -> list[str]:
        """Name what the library could not describe."""
        return [
            f"“{name}” is broken or needs a module that is missing here: it is listed without its columns."
            for name in self._broken
        ]

    def cancel(self) -> None:
        """Stop the statement at hand."""
        self.session.interrupt()

    def _estimates(self) -> dict[str, int]:
        """Return what ANALYZE counted, if it ever ran."""
        if not self.session.rows(statements.HAS_ESTIMATES):
            return {}
        return {str(name): int(number) for name, number in self.session.rows(statements.ESTIMATES) if _is_int(number)}

    def _keys_and_indexes(self, left_out: str) -> Iterator[Sequence[Row]]:
        primary = [_primary(group) for group in _grouped(self.session.rows(statements.PRIMARY_KEYS, left_out), 1)]
        yield primary
        targets = {row.relation: row.columns for row in primary}
        foreign = (
            _foreign(group, targets) for group in _grouped(self.session.rows(statements.FOREIGN_KEYS, left_out), 2)
        )
        yield _named_apart(foreign)
        indexes = _grouped(self.session.rows(statements.INDEXES, left_out), 2)
        yield [row for group in indexes for row in _index(group)]

    def _failing(self, names: list[str]) -> list[str]:
        """Find by halves what can't be described."""
        if not names or self._describes(names):
            return []
        if len(names) == 1:
            return names
        middle = len(names) // 2
        return self._failing(names[:middle]) + self._failing(names[middle:])

    def _describes(self, names: list[str]) -> bool:
        try:
            self.session.rows(statements.DESCRIBED, json.dumps(names))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise
            return False
        return True


def _is_int(value: object) -> bool:
    return str(value).isdecimal()


def _grouped(rows: list[Fact], first: int) -> Iterator[list[Fact]]:
    """Group consecutive rows by their first facts."""
    return (list(group) for _, group in groupby(rows, key=lambda row: row[:first]))


def _relation(facts: Fact, estimates: Mapping[str, int]) -> tuple[RelationRow, DetailRow]:
    name, kind, sql = facts
    is_view = kind == "view"
    properties: dict[str, object] = {"module": sql.split("USING", 1)[-1].strip()} if kind == "virtual" else {}
    return (
        RelationRow(SCHEMA, name, "view" if is_view else "table", estimates.get(name)),
        DetailRow(SCHEMA, name, definition=sql if is_view else "", properties=properties),
    )


def _column(table: Any, position: Any, name: Any, declared: Any, is_required: Any, initial: Any, hidden: Any) -> Row:
    return ColumnRow(
        *(SCHEMA, table, position, name),
        data_type=declared or "any",
        base_type=(declared or "any").lower(),
        is_nullable=not is_required,
        initial=initial or "",
        is_generated=hidden in _GENERATED,
    )


def _primary(parts: list[Fact]) -> KeyRow:
    names = [str(name) for _, name in parts]
    definition = f"PRIMARY KEY ({', '.join(names)})"
    return KeyRow(SCHEMA, str(parts[0][0]), "primary", "primary key", names, definition=definition)


def _foreign(parts: list[Fact], primary: Mapping[str, Sequence[str]]) -> KeyRow:
    """Name it by its columns. A target without columns means its primary key."""
    table, _, target, _, _, rule = (str(fact) for fact in parts[0])
    columns = [str(part[3]) for part in parts]
    targeted = [str(part[4]) for part in parts if part[4] is not None] or list(primary.get(target, []))
    own = ", ".join(columns)
    definition = f"FOREIGN KEY ({own}) REFERENCES {target} ({', '.join(targeted)}) {rule}".rstrip()
    name = f"foreign key ({own})"[:_LONGEST_NAME]
    return KeyRow(SCHEMA, table, "foreign", name, columns, SCHEMA, target, targeted, definition)


def _named_apart(keys: Iterable[KeyRow]) -> list[Row]:
    """Number those of a table that share their columns."""
    rows: dict[tuple[str, str], KeyRow] = {}
    for key in keys:
        name = next(name for name in _numbered(key.name) if (key.relation, name) not in rows)
        rows[key.relation, name] = KeyRow(key.schema, key.relation, key.kind, name, *key[4:])
    return list(rows.values())


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} {number}" for number in count(2))


def _index(parts: list[Fact]) -> Iterator[Row]:
    """An index that a UNIQUE made is a key; the one of a primary key is told by the key itself."""
    table, name, is_unique, origin, _, sql = (str(fact or "") for fact in parts[0])
    columns = [str(part[4]) if part[4] is not None else "an expression" for part in parts]
    if origin == "u":
        said = f"UNIQUE ({', '.join(columns)})"
        yield KeyRow(SCHEMA, table, "unique", name, columns, definition=said)
    yield IndexRow(SCHEMA, table, name, is_unique == "1", columns, sql)


class SQLite:
    """The connector."""

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[RowReading]:
        """Open one consistent look."""
        with (
            connect(source, statement_timeout_s=source.statement_timeout_seconds) as session,
            RowReading(SQLiteExtractor(session), scope) as reading,
        ):
            yield reading


CONNECTOR = SQLite()
