"""The one way to a SQLite file: opened for reading only, bounded in time, its failures told in plain words."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote

from catalog.sources.engines.files_allowed import allowed_file
from catalog.sources.engines.files_patience import interrupted_after
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import LOCKED, TOO_SLOW, Failure
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from portal.kit.errors import DomainError, Unavailable

_BUSY_S = 10
_PATIENCE_S = 20
_BATCH = 2000

NOT_SQLITE = Failure("not_sqlite", "database", "This file is not a SQLite database, or it is encrypted.")
DAMAGED = Failure(
    "file_damaged", "database", "The SQLite file is damaged. Have it checked with PRAGMA integrity_check."
)
CANT_OPEN = Failure(
    "cant_open",
    "database",
    "The SQLite file can't be opened. When it is written in WAL mode, the portal's account needs the right to write to "
    "its folder, or the file has to be closed by its writer first.",
)
_FAILURES = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_INTERRUPT: TOO_SLOW,
    sqlite3.SQLITE_NOTADB: NOT_SQLITE,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_IOERR: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: CANT_OPEN,
}


class Session:
    """A read-only connection on which every statement is bounded in time."""

    def __init__(self, connection: sqlite3.Connection, statement_timeout_s: float) -> None:
        self._connection = connection
        self._timeout_s = statement_timeout_s
        self.statements = 0

    def batches(self, statement: str, *values: object) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a statement, some thousand at a time."""
        self.statements += 1
        with interrupted_after(self._timeout_s, self.interrupt):
            cursor = self._connection.execute(statement, values)
            while rows := cursor.fetchmany(_BATCH):
                yield rows

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of a statement."""
        return [row for batch in self.batches(statement, *values) for row in batch]

    def interrupt(self) -> None:
        """Stop the statement at hand; called from another thread."""
        self._connection.interrupt()


@contextmanager
def connect(source: Source, *, statement_timeout_s: float = 300) -> Iterator[Session]:
    """Open one consistent look at the file for the body; the driver's errors come out as DomainErrors."""
    path = allowed_file(source.database)
    try:
        address = f"file:{quote(str(path))}?mode=ro"
        with closing(
            sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        ) as connection:
            connection.text_factory = lambda text: text.decode(errors="replace")
            for setting in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute("BEGIN")  # the first statement takes the snapshot that all others see
            yield Session(connection, statement_timeout_s)
    except sqlite3.Error as error:
        raise explain(error) from error


def explain(error: sqlite3.Error) -> DomainError:
    """Return what the library's error means for the source's keeper."""
    code: int = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if failure := _FAILURES.get(code):
        return failure.error()
    return Unavailable(f"The SQLite file answered a query with an error (code {code}).", code="source_error")


class SQLiteDoor:
    """Tests and inspects SQLite files."""

    def look(self, source: Source) -> Findings:
        """Open the file and say what was found."""
        with connect(source, statement_timeout_s=_PATIENCE_S) as session:
            tables = session.rows("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow'")
            return Findings(server=f"SQLite {sqlite3.sqlite_version}", tls=None, schemas=1, tables=_number(tables))

    def inspect(self, source: Source) -> Inspection:
        """Report how the file is written."""
        with connect(source, statement_timeout_s=_PATIENCE_S) as session:
            found = {name: session.rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "encoding", "page_count")}
            return Inspection(f"SQLite {sqlite3.sqlite_version}", capabilities=found)


def _number(rows: list[tuple[Any, ...]]) -> int:
    return int(rows[0][0]) - 1  # the table of tables itself


DOOR = SQLiteDoor()
