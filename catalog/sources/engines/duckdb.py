"""The one way to a DuckDB file: opened for reading only, sealed off from other files, its failures in plain words.

A view in the file may read any file of the machine that it is opened on. Nothing here runs a view, and the session is
opened without access to files, network and extensions all the same.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import duckdb

from catalog.sources.engines.files_allowed import allowed_file
from catalog.sources.engines.files_patience import interrupted_after
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import TOO_SLOW, Failure
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from portal.kit.errors import DomainError, Unavailable

_PATIENCE_S = 20
_BATCH = 2000
_SEALED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "memory_limit": "128MB",
    "temp_directory": "",
    "threads": "1",
    "lock_configuration": "true",
}

HELD = Failure(
    "file_in_use",
    "database",
    "Another program holds the DuckDB file open for writing, so nobody else can read it. Have it closed there, or "
    "harvest a copy.",
    is_passing=True,
)
NOT_DUCKDB = Failure(
    "not_duckdb", "database", "This file is not a DuckDB database, or it is damaged, encrypted, or of another version."
)
_BY_TEXT = (
    ("set lock on file", HELD),
    ("different configuration", HELD),
    ("not a valid duckdb", NOT_DUCKDB),
    ("serialization", NOT_DUCKDB),
    ("storage version", NOT_DUCKDB),
    ("encrypt", NOT_DUCKDB),
    ("checksum", NOT_DUCKDB),
)
_COUNTS = """
    SELECT (SELECT count(*) FROM duckdb_schemas()
            WHERE database_name = current_database() AND (NOT internal OR schema_name = 'main')),
        (SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal)
        + (SELECT count(*) FROM duckdb_views() WHERE database_name = current_database() AND NOT internal),
        (SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = current_database())
"""


class Session:
    """A read-only connection on which every statement is bounded in time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, statement_timeout_s: float) -> None:
        self._connection = connection
        self._timeout_s = statement_timeout_s
        self.statements = 0

    def batches(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a statement, some thousand at a time."""
        self.statements += 1
        with interrupted_after(self._timeout_s, self.interrupt):
            self._connection.execute(statement)
            while rows := self._connection.fetchmany(_BATCH):
                yield rows

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return all rows of a statement."""
        return [row for batch in self.batches(statement) for row in batch]

    def interrupt(self) -> None:
        """Stop the statement at hand; called from another thread."""
        self._connection.interrupt()


@contextmanager
def connect(source: Source, *, statement_timeout_s: float = 300) -> Iterator[Session]:
    """Open one consistent look at the file for the body; the driver's errors come out as DomainErrors."""
    path = allowed_file(source.database)
    try:
        with closing(duckdb.connect(str(path), read_only=True, config=_SEALED)) as connection:
            connection.execute("BEGIN TRANSACTION")
            yield Session(connection, statement_timeout_s)
    except duckdb.Error as error:
        raise explain(error) from error


def explain(error: duckdb.Error) -> DomainError:
    """Return what the library's error means for the source's keeper; nothing of its text is passed on."""
    if isinstance(error, duckdb.InterruptException):
        return TOO_SLOW.error()
    text = str(error).lower()
    failure = next((failure for part, failure in _BY_TEXT if part in text), None)
    if failure:
        return failure.error()
    return Unavailable("The DuckDB file answered a query with an error. It may be damaged.", code="source_error")


class DuckDBDoor:
    """Tests and inspects DuckDB files."""

    def look(self, source: Source) -> Findings:
        """Open the file and say what was found."""
        with connect(source, statement_timeout_s=_PATIENCE_S) as session:
            schemas, tables, _ = session.rows(_COUNTS)[0]
            return Findings(server=f"DuckDB {duckdb.__version__}", tls=None, schemas=schemas, tables=tables)

    def inspect(self, source: Source) -> Inspection:
        """Report in which version the file is written."""
        with connect(source, statement_timeout_s=_PATIENCE_S) as session:
            _, _, version = session.rows(_COUNTS)[0]
            return Inspection(f"DuckDB {duckdb.__version__}", capabilities={"storage_version": version})


DOOR = DuckDBDoor()
