"""MariaDB and MySQL: a handful of statements over information_schema, whatever the number of tables.

The overview carries a fingerprint of every relation, computed in the source, so that an unchanged source ships a row a
relation and nothing else. Volatile numbers (row estimate, size) stay outside of it. Nothing here locks a table or
reads a user's row.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pymysql

from catalog.harvest.connectors import copytext, mariadb_statements
from catalog.harvest.connectors.contract import Part, ReadAgain, Scope
from catalog.sources.engines.mariadb import SYSTEM_SCHEMAS, Line, connect, explain, kill
from catalog.sources.models import Source

_BLOCK = 1 << 15  # characters handed on at a time
_FEW = 300  # relations that are asked for by name; for more, all rows are read and the others dropped
_NAMES = re.compile(r"'(?:[^'\\]|\\.|'')*'|`((?:[^`]|``)+)`")
_NAMES_TOLD = 20
_VIEW = "view"

Values = Sequence[str | None]


class MariaDBReading:
    """A look at all databases of a server, or at the one that the source names."""

    def __init__(self, line: Line, scope: Scope, source: Source) -> None:
        self._line = line
        self._scope = scope
        self._source = source
        self._server = line.server
        self._schemas: list[str] = []
        self._forget()

    def _forget(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}
        self._names: list[tuple[str, str]] = []  # of the relation of the id before
        self._views: set[int] = set()
        self._broken: list[str] = []
        self._blind: list[str] = []

    def overview(self, part: Part) -> Iterator[bytes]:
        """Stream the schemas, or the relations with their fingerprints."""
        return self._overview_schemas() if part is Part.SCHEMAS else self._overview_relations()

    def details(self, part: Part, relations: Sequence[int]) -> Iterator[bytes]:
        """Stream a part of these relations."""
        wanted = set(relations)
        if not wanted:
            return
        facts: dict[str, object] = {"schemas": self._schemas}
        if len(wanted) <= _FEW:
            facts["relations"] = [self._names[relation - 1] for relation in relations]
        statement = mariadb_statements.details(self._server, part, narrow="relations" in facts)
        shape = self._shape(part)
        seen = yield from _blocks(
            copytext.line(shape(relation, row))
            for batch in self._batches(statement, facts)
            for row in batch
            if (relation := self._ids.get((row[0] or "", row[1] or ""), 0)) in wanted
        )
        if part is Part.DETAILS and seen < len(wanted):
            raise ReadAgain("The source changed while it was read. Try again in a moment.", code="source_moving")

    def warnings(self) -> list[str]:
        """Name the views that are broken, and those that the account may not see into."""
        return [
            *_told(self._broken, "View {} is broken at the source: listed without columns."),
            *_told(self._blind, "The account has no SHOW VIEW on {}: listed without definition."),
        ]

    def cancel(self) -> None:
        """Ask the server, by a session of its own, to stop the statement at hand."""
        kill(self._source, self._line.session)

    def _overview_schemas(self) -> Iterator[bytes]:
        rows = self._rows(mariadb_statements.schemas(self._server), {"hidden": SYSTEM_SCHEMAS})
        only = self._source.database
        listed = [(name, comment) for name, comment in rows if name and only in ("", name) and self._scope.wants(name)]
        self._schemas = [name for name, _ in listed]
        yield from _blocks(copytext.line((name, comment, "")) for name, comment in listed)

    def _overview_relations(self) -> Iterator[bytes]:
        self._forget()
        known = set(self._schemas)
        statement = mariadb_statements.relations(self._server)
        batches = self._batches(statement, {"schemas": self._schemas}) if known else ()
        yield from _blocks(self._relation(row) for batch in batches for row in batch if row[0] in known)

    def _relation(self, row: Values) -> str:
        schema, name, kind, fingerprint, row_estimate, size_bytes, columns, is_blind = row
        self._names.append((schema or "", name or ""))
        relation = self._ids[self._names[-1]] = len(self._names)
        if kind == _VIEW:
            self._note_view(relation, f"{schema}.{name}", has_columns=columns != "0", is_blind=is_blind == "1")
        return copytext.line((relation, schema, name, kind, fingerprint, row_estimate, size_bytes, None, None, None))

    def _note_view(self, relation: int, name: str, *, has_columns: bool, is_blind: bool) -> None:
        self._views.add(relation)
        if not has_columns:
            self._broken.append(name)
        if is_blind:
            self._blind.append(name)

    def _shape(self, part: Part) -> Callable[[int, Values], Sequence[copytext.Value]]:
        """Return what makes a staging row of a source's row."""
        if part is Part.COLUMNS:
            return self._column_shape()
        return {Part.DETAILS: _detail, Part.KEYS: _key}.get(part, lambda relation, row: (relation, *row[2:]))

    def _column_shape(self) -> Callable[[int, Values], Sequence[copytext.Value]]:
        json = self._json_columns()
        views = self._views

        def shape(relation: int, row: Values) -> Sequence[copytext.Value]:
            position, name, data_type, base_type, is_nullable, initial, is_generated, comment = row[2:]
            if (relation, name) in json:
                base_type = "json"
            if relation in views:  # what the server calls their defaults are those of the type
                initial = ""
            return relation, position, name, data_type, base_type, is_nullable, initial, is_generated, comment

        return shape

    def _json_columns(self) -> set[tuple[int, str | None]]:
        if not self._schemas or not self._server.is_mariadb:
            return set()
        rows = self._rows(mariadb_statements.json_columns(self._server), {"schemas": self._schemas})
        return {(self._ids.get((schema or "", name or ""), 0), column) for schema, name, column in rows}

    def _rows(self, statement: str, facts: Mapping[str, object]) -> list[Values]:
        return [row for batch in self._batches(statement, facts) for row in batch]

    def _batches(self, statement: str, facts: Mapping[str, object]) -> Iterator[Sequence[Values]]:
        try:
            yield from self._line.batches(statement, facts)
        except pymysql.Error as error:
            raise explain(error) from error


def _blocks(lines: Iterable[str]) -> Generator[bytes, None, int]:
    """Put lines together to blocks; return how many lines there were."""
    block, size, count = [], 0, 0
    for count, line in enumerate(lines, 1):  # noqa: B007
        block.append(line)
        size += len(line)
        if size > _BLOCK:
            yield "".join(block).encode(errors="replace")
            block, size = [], 0
    yield "".join(block).encode(errors="replace")
    return count


def _told(names: Sequence[str], words: str) -> Iterator[str]:
    """Say it of each name, but not of more than a few."""
    yield from (words.format(name) for name in names[:_NAMES_TOLD])
    if len(names) > _NAMES_TOLD:
        yield words.format(f"{len(names) - _NAMES_TOLD:,} more")


def _detail(relation: int, row: Values) -> Sequence[copytext.Value]:
    comment, definition, engine, collation, is_versioned, method, expression, partitions = row[2:]
    properties: dict[str, object] = {"engine": engine, "collation": collation}
    if is_versioned == "1":
        properties["is_versioned"] = True
    if method:
        properties["partitions"] = {"method": method, "expression": expression, "count": int(partitions or 0)}
    known = {name: value for name, value in properties.items() if value}
    return relation, comment or "", definition or "", known


def _key(relation: int, row: Values) -> Sequence[copytext.Value]:
    kind, name, columns, *target, definition = row[2:]
    named = columns if columns is not None else list(dict.fromkeys(_columns_in(definition or "")))
    return relation, kind, name, named, *target, definition


def _columns_in(definition: str) -> Iterator[str]:
    """Give the quoted names in a check; only columns are quoted there."""
    return (name.replace("``", "`") for name in _NAMES.findall(definition) if name)


class MariaDB:
    """The connector."""

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[MariaDBReading]:
        """Open a look."""
        with connect(source, statement_timeout_s=source.statement_timeout_seconds) as line:
            yield MariaDBReading(line, scope, source)


CONNECTOR = MariaDB()
