"""Connectors of the engines reached by dialect: by reflection in bulk, or by statements over an information schema."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from catalog.harvest.connectors import dialects_information, dialects_reflection
from catalog.harvest.connectors.contract import Scope
from catalog.harvest.connectors.dialects_information import Statements
from catalog.harvest.connectors.rows import Row, RowReading, SchemaRow
from catalog.sources.engines.dialects import Dialect, Session, connect
from catalog.sources.models import Source


class DialectExtractor:
    """Everything in one database."""

    def __init__(self, session: Session, asked: Statements | None, views: str) -> None:
        self._session = session
        self._asked = asked
        self._views = views

    def schemas(self) -> Iterable[SchemaRow]:
        """Name the schemas that are not the engine's own."""
        return [SchemaRow(name) for name in self._session.schemas()]

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        """Read these schemas: all by the same statements, or one after the other by reflection."""
        if self._asked:
            if schemas:
                yield from dialects_information.read(self._session, schemas, self._asked)
            return
        for schema in schemas:
            yield from dialects_reflection.read(self._session, schema, self._views)

    def warnings(self) -> list[str]:
        """There is nothing that could be listed but not read."""
        return []

    def cancel(self) -> None:
        """Stop the statement that runs, where the driver can."""
        self._session.cancel()


class ByDialect:
    """A connector: with `asked` by those statements, else by reflection, with `views` as the query of definitions."""

    def __init__(self, dialect: Dialect, asked: Statements | None = None, views: str = "") -> None:
        self._dialect = dialect
        self._asked = asked
        self._views = views

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[RowReading]:
        """Open a look at the database."""
        with (
            connect(source, self._dialect, statement_timeout_s=source.statement_timeout_seconds) as session,
            RowReading(DialectExtractor(session, self._asked, self._views), scope) as reading,
        ):
            yield reading
