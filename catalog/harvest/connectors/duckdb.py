"""DuckDB files: six statements over DuckDB's own functions, however many tables there are."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from catalog.harvest.connectors import duckdb_statements as statements
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
from catalog.sources.engines.duckdb import Session, connect
from catalog.sources.models import Source

_KEY_KINDS = {"PRIMARY KEY": "primary", "UNIQUE": "unique", "FOREIGN KEY": "foreign", "CHECK": "check"}
_UNSIGNED = {"utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"}


class DuckDBExtractor:
    """One look at a file."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def schemas(self) -> Iterable[SchemaRow]:
        """Return the schemas."""
        return [SchemaRow(*map(str, row)) for row in self.session.rows(statements.SCHEMAS)]

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        """Read everything; what lies outside of the schemas is dropped by the caller."""
        for statement, rows_of in _PARTS:
            for batch in self.session.batches(statement):
                yield [row for fact in batch for row in rows_of(*fact)]

    def warnings(self) -> list[str]:
        """Whoever may open the file sees all of it."""
        return []

    def cancel(self) -> None:
        """Stop the statement at hand."""
        self.session.interrupt()


def _table(schema: Any, name: Any, comment: Any, rows: Any, tags: Any) -> Iterable[Row]:
    properties = {"tags": tags} if tags else {}
    return RelationRow(schema, name, "table", rows), DetailRow(schema, name, comment, properties=properties)


def _view(schema: Any, name: Any, comment: Any, sql: Any) -> Iterable[Row]:
    return RelationRow(schema, name, "view"), DetailRow(schema, name, comment, sql)


def _column(*facts: Any) -> Iterable[Row]:
    schema, table, position, name, data_type, is_nullable, initial, comment = facts
    yield ColumnRow(schema, table, position, name, data_type, _base(data_type), is_nullable, initial, comment=comment)


def _base(data_type: str) -> str:
    """Return the type's word without sign and measure; the values of an ENUM may be thousands."""
    if data_type.endswith("]"):
        return "array"
    word = data_type.lower()
    return word[1:] if word in _UNSIGNED else "enum" if word.startswith("enum(") else word


def _key(*facts: Any) -> Iterable[Row]:
    schema, table, kind, name, columns, target, targeted, text = facts
    target_schema = schema if target else ""  # DuckDB keeps foreign keys within a schema
    yield KeyRow(schema, table, _KEY_KINDS[kind], name, columns, target_schema, target, targeted, text)


def _index(schema: Any, table: Any, name: Any, is_unique: Any, expressions: Any, sql: Any) -> Iterable[Row]:
    yield IndexRow(schema, table, name, is_unique, [_unquoted(each) for each in expressions], sql)


def _unquoted(expression: str) -> str:
    is_name = len(expression) > 1 and expression[0] == expression[-1] == '"'
    return expression[1:-1].replace('""', '"') if is_name else expression


_PARTS = (
    (statements.TABLES, _table),
    (statements.VIEWS, _view),
    (statements.COLUMNS, _column),
    (statements.KEYS, _key),
    (statements.INDEXES, _index),
)


class DuckDB:
    """The connector."""

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[RowReading]:
        """Open one consistent look."""
        with (
            connect(source, statement_timeout_s=source.statement_timeout_seconds) as session,
            RowReading(DuckDBExtractor(session), scope) as reading,
        ):
            yield reading


CONNECTOR = DuckDB()
