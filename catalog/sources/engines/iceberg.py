"""The one way to Iceberg catalogs that are kept in a database: their two tables are read, never written.

The catalog is opened by the door of its own engine, so that the session is as read-only and bounded as any. The
tables' descriptions are files, read from allowed folders of this machine or from S3, wherever the catalog points.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast
from urllib.parse import unquote, urlsplit

import pyarrow.fs as fs
from pydantic import ValidationError as Misshapen
from pyiceberg.exceptions import ValidationError as Unknown
from pyiceberg.table.metadata import TableMetadata, TableMetadataUtil

from catalog.sources.engines import postgresql, sqlite
from catalog.sources.engines.files_allowed import allowed_file
from catalog.sources.engines.files_s3 import explain, system_of
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import Failure
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from catalog.sources.secrets import password_of
from portal.kit.errors import Invalid

_PATIENCE_S = 20
_LARGEST = 1 << 27  # bytes of a description
_TABLES = "SELECT catalog_name, table_namespace, table_name, metadata_location FROM iceberg_tables"
_NAMESPACES = "SELECT catalog_name, namespace, property_key, property_value FROM iceberg_namespace_properties"
_IN_SQLITE = "SELECT 1 FROM sqlite_schema WHERE name = 'iceberg_tables'"
_IN_POSTGRESQL = "SELECT 1 WHERE to_regclass('iceberg_tables') IS NOT NULL"

NO_CATALOG = Failure(
    "no_iceberg_catalog", "database", "There is no Iceberg catalog in this database: it has no table iceberg_tables."
)
SEVERAL = Failure(
    "catalog_name_needed",
    "options.name",
    "The database holds several Iceberg catalogs, or none of this name. Enter the name of one.",
)

Ask = Callable[[str], list[tuple[Any, ...]]]


class Unreadable(Exception):
    """A table's description that can't be read; the text says why, for people."""


class Namespace(NamedTuple):
    """A namespace with its properties."""

    name: str
    properties: dict[str, str]


class Pointer(NamedTuple):
    """A table and the file that describes it now."""

    namespace: str
    name: str
    location: str


class Catalog(Protocol):
    """An Iceberg catalog while it is open. Everything raises DomainError in plain words."""

    line: str | None
    """How the line is protected, in words; empty for a plain one, None where there is none of its own."""
    tls: dict[str, Any]

    def namespaces(self) -> list[Namespace]:
        """Return every namespace, also without tables; asked for before the tables."""

    def tables(self) -> Iterator[Pointer]:
        """Yield every table."""

    def describe(self, table: Pointer) -> TableMetadata:
        """Read the description of a table; raise Unreadable."""

    def interrupt(self) -> None:
        """Stop what runs at the server; called from another thread."""


class DatabaseCatalog:
    """A catalog in the two tables that Iceberg's JDBC and SQL catalogs share."""

    line: str | None = None
    tls: dict[str, Any] = {}

    def __init__(self, source: Source, ask: Ask, interrupt: Callable[[], object]) -> None:
        self._source = source
        self._ask = ask
        self._interrupt = interrupt
        self._name = self._chosen()
        self._store: fs.S3FileSystem | None = None

    def _chosen(self) -> str:
        """Return the catalog's name: as told, or that of the only one."""
        wanted = str(self._source.options.get("name") or "")
        names = {row[0] for row in self._ask(_NAMESPACES)} | {row[0] for row in self._ask(_TABLES)}
        if (wanted and names and wanted not in names) or (not wanted and len(names) > 1):
            raise SEVERAL.error()
        return wanted or next(iter(names), "")

    def namespaces(self) -> list[Namespace]:
        """Return every namespace, also without tables."""
        found: dict[str, dict[str, str]] = {}
        for catalog, name, key, value in self._ask(_NAMESPACES):
            if catalog == self._name:
                found.setdefault(name, {})[key] = value
        for catalog, name, _, _ in self._ask(_TABLES):
            if catalog == self._name:
                found.setdefault(name, {})
        return [Namespace(name, properties) for name, properties in sorted(found.items())]

    def tables(self) -> Iterator[Pointer]:
        """Yield every table, in one statement."""
        return (Pointer(row[1], row[2], row[3] or "") for row in self._ask(_TABLES) if row[0] == self._name)

    def describe(self, table: Pointer) -> TableMetadata:
        """Read the file that describes a table."""
        try:
            content = self._content(table.location)
            if table.location.endswith((".gz.metadata.json", ".metadata.json.gz")):
                content = _unpacked(content)
            return TableMetadataUtil.parse_raw(content.decode())
        except FileNotFoundError as error:
            raise Unreadable("the file that describes it is missing") from error
        except (Unknown, Misshapen, ValueError, zlib.error) as error:
            raise Unreadable("the file that describes it is damaged, or of a newer version") from error

    def interrupt(self) -> None:
        """Stop the statement at hand."""
        self._interrupt()

    def _content(self, location: str) -> bytes:
        scheme = urlsplit(location).scheme
        if scheme in {"s3", "s3a", "s3n"}:
            return self._object(location.partition("://")[2])
        if scheme not in {"file", ""}:
            raise Unreadable(f"it lies in a store that is not supported here ({scheme})")
        path = _path(location.removeprefix("file:"))
        if path.stat().st_size > _LARGEST:
            raise Unreadable("the file that describes it is too big")
        return path.read_bytes()

    def _object(self, path: str) -> bytes:
        self._store = self._store or system_of(self._source, self._secret())
        try:
            with self._store.open_input_file(path) as file:
                if file.size() > _LARGEST:
                    raise Unreadable("the file that describes it is too big")
                return cast("bytes", file.read())
        except FileNotFoundError:
            raise
        except OSError as error:
            raise explain(error) from error

    def _secret(self) -> str:
        return password_of(self._source) if self._source.username.strip() else ""


def _unpacked(packed: bytes) -> bytes:
    """Unpack, but no more than is read of any description."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    content = unpacker.decompress(packed, _LARGEST)
    if unpacker.unconsumed_tail:
        raise Unreadable("the file that describes it is too big")
    return content


def _path(text: str) -> Path:
    """Return the allowed file of an address; some writers escape what is special in one, some do not."""
    text = f"/{text.lstrip('/')}"
    for path in dict.fromkeys((text, unquote(text))):
        try:
            return allowed_file(path)
        except Invalid:
            continue
    raise Unreadable("the file that describes it is missing or lies in a folder that is not allowed")


@contextmanager
def in_sqlite(source: Source, *, statement_timeout_s: float = 300) -> Iterator[Catalog]:
    """Open a catalog that is kept in a SQLite file; user and password are the keys of a store.

    The file may be given as other tools write it: sqlite:///path.
    """
    file = Source(database=source.database.removeprefix("sqlite:///"))
    with sqlite.connect(file, statement_timeout_s=statement_timeout_s) as session:
        if not session.rows(_IN_SQLITE):
            raise NO_CATALOG.error()
        yield DatabaseCatalog(source, session.rows, session.interrupt)


@contextmanager
def in_postgresql(source: Source, *, statement_timeout_s: float = 300) -> Iterator[Catalog]:
    """Open a catalog that is kept in PostgreSQL; a store is read anonymously, since the password is the database's."""
    with postgresql.connect(source, statement_timeout_s=statement_timeout_s) as connection:

        def ask(statement: str) -> list[tuple[Any, ...]]:
            return connection.execute(statement.encode()).fetchall()

        if not ask(_IN_POSTGRESQL):
            raise NO_CATALOG.error()
        stranger = Source(options=source.options, statement_timeout_seconds=source.statement_timeout_seconds)
        yield DatabaseCatalog(stranger, ask, lambda: connection.cancel_safe(timeout=5))


Opener = Callable[..., AbstractContextManager[Catalog]]


class IcebergDoor:
    """Tests and inspects catalogs."""

    def __init__(self, label: str, opened: Opener) -> None:
        self._label = label
        self._opened = opened

    def look(self, source: Source) -> Findings:
        """Open the catalog, count, and read one table's description."""
        with self._opened(source, statement_timeout_s=_PATIENCE_S) as catalog:
            namespaces, tables = catalog.namespaces(), list(catalog.tables())
            return Findings(
                server=self._label,
                tls=catalog.line,
                schemas=len(namespaces),
                tables=len(tables),
                missing_rights=tuple(_tried(catalog, tables[:1])),
            )

    def inspect(self, source: Source) -> Inspection:
        """Report where the tables lie."""
        with self._opened(source, statement_timeout_s=_PATIENCE_S) as catalog:
            places = [table.location for table in catalog.tables() if table.location]
            stores = sorted({urlsplit(place).scheme or "file" for place in places})
            return Inspection(self._label, tls=catalog.tls, capabilities={"stores": stores})


def _tried(catalog: Catalog, tables: list[Pointer]) -> Iterator[str]:
    for table in tables:
        try:
            catalog.describe(table)
        except Unreadable as error:
            yield f"{table.namespace}.{table.name} can't be read: {error}."


SQLITE = IcebergDoor("Iceberg catalog in SQLite", in_sqlite)
POSTGRESQL = IcebergDoor("Iceberg catalog in PostgreSQL", in_postgresql)
