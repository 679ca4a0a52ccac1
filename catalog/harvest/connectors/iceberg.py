"""Iceberg by a catalog: where each table's description lies tells what has changed, namespace by namespace."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from catalog.harvest.connectors.contract import Scope
from catalog.harvest.connectors.iceberg_facts import bare, rows_of
from catalog.harvest.connectors.rows import Row, RowReading, SchemaRow
from catalog.sources.engines.iceberg import Catalog, Opener, Pointer, Unreadable, in_postgresql, in_sqlite
from catalog.sources.engines.iceberg_rest import over_rest
from catalog.sources.models import Source
from portal.kit.errors import Unavailable
from portal.kit.jobs import Cancelled

_VERSION = "1"  # raise it when the same description comes to mean something else


class IcebergExtractor:
    """One look at a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._tables: dict[str, list[Pointer]] = {}
        self._warnings: list[str] = []
        self._is_stopped = False

    def schemas(self) -> Iterable[SchemaRow]:
        """Return the namespaces, each with a digest of its tables' places."""
        namespaces = self._catalog.namespaces()
        tables: dict[str, list[Pointer]] = defaultdict(list)
        for table in self._catalog.tables():
            tables[table.namespace].append(table)
        self._tables = tables
        return [
            SchemaRow(each.name, each.properties.get("comment", ""), _digest(tables.get(each.name, [])))
            for each in namespaces
        ]

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        """Read the description of each table in these namespaces."""
        self._warnings = []
        tables = [table for schema in schemas for table in self._tables.get(schema, [])]
        for table in tables:
            if self._is_stopped:
                raise Cancelled("Stopped as asked.")
            yield self._rows(table)
        if tables and len(self._warnings) == len(tables):  # the store is away, not the tables
            raise Unavailable(f"No table could be read. The first: {self._warnings[0]}", code="store_unreadable")

    def warnings(self) -> list[str]:
        """Name the tables whose description could not be read."""
        return self._warnings

    def cancel(self) -> None:
        """Stop the statement at hand, and before the next table."""
        self._is_stopped = True
        self._catalog.interrupt()

    def _rows(self, table: Pointer) -> Sequence[Row]:
        try:
            return rows_of(table, self._catalog.describe(table))
        except Unreadable as error:
            self._warnings.append(f"{table.namespace}.{table.name} can't be read: {error}.")
            return bare(table)


def _digest(tables: list[Pointer]) -> str:
    """Return nothing when the catalog does not tell where descriptions lie."""
    if not all(table.location for table in tables):
        return ""
    text = "\n".join([_VERSION, *sorted("\0".join(table) for table in tables)])
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


class Iceberg:
    """The connector."""

    def __init__(self, opened: Opener) -> None:
        self._opened = opened

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[RowReading]:
        """Open one look."""
        with (
            self._opened(source, statement_timeout_s=source.statement_timeout_seconds) as catalog,
            RowReading(IcebergExtractor(catalog), scope) as reading,
        ):
            yield reading


SQLITE = Iceberg(in_sqlite)
POSTGRESQL = Iceberg(in_postgresql)
REST = Iceberg(over_rest)
