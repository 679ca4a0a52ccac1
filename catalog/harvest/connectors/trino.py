"""Trino: three statements a catalog, whatever the number of schemas and tables.

Where the source names no catalog, all are read and a schema is called `catalog.schema`. Trino keeps no keys and no
indexes, and tells row counts only table by table, so there are none.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from catalog.assets.models import AssetKind
from catalog.harvest.connectors.contract import Scope
from catalog.harvest.connectors.rows import ColumnRow, DetailRow, RelationRow, Row, RowReading, SchemaRow
from catalog.sources.engines.trino import Session, catalogs, connect, literal, quoted
from catalog.sources.models import Source
from portal.kit.errors import DomainError

_ANY_SCHEMA = "\1any schema\1"
_OWN = "information_schema"

_SCHEMAS = "SELECT schema_name FROM {catalog}.information_schema.schemata"
_RELATIONS = """
    SELECT found.table_schema, found.table_name, found.table_type, said.comment,
        coalesce(kept.definition, looks.view_definition), kept.name IS NOT NULL
    FROM {catalog}.information_schema.tables AS found
    LEFT JOIN {catalog}.information_schema.views AS looks
        ON looks.table_schema = found.table_schema AND looks.table_name = found.table_name
    LEFT JOIN system.metadata.table_comments AS said
        ON said.catalog_name = {name} AND said.schema_name = found.table_schema AND said.table_name = found.table_name
    LEFT JOIN system.metadata.materialized_views AS kept
        ON kept.catalog_name = {name} AND kept.schema_name = found.table_schema AND kept.name = found.table_name
    WHERE {wanted}
"""
_RELATIONS_ALONE = """
    SELECT found.table_schema, found.table_name, found.table_type, NULL, looks.view_definition, false
    FROM {catalog}.information_schema.tables AS found
    LEFT JOIN {catalog}.information_schema.views AS looks
        ON looks.table_schema = found.table_schema AND looks.table_name = found.table_name
    WHERE {wanted}
"""
_COLUMNS = """
    SELECT found.table_schema, found.table_name, found.ordinal_position, found.column_name, found.data_type,
        found.is_nullable, found.column_default, found.comment
    FROM {catalog}.information_schema.columns AS found
    WHERE {wanted}
"""
_KINDS = {"VIEW": AssetKind.VIEW}


class TrinoExtractor:
    """Everything in some catalogs of one server."""

    def __init__(self, session: Session, database: str, scope: Scope) -> None:
        self._session = session
        self._database = database
        self._scope = scope
        self._connectors: dict[str, str] = {}
        self._warnings: list[str] = []

    def schemas(self) -> Iterable[SchemaRow]:
        """Name the schemas of every catalog that is wanted."""
        found = catalogs(self._session, self._database)
        self._connectors = {name: connector for name, connector in found.items() if self._wants(name)}
        for catalog in self._connectors:
            with _naming(catalog):
                rows = self._session.rows(_SCHEMAS.format(catalog=quoted(catalog)))
            yield from (SchemaRow(self._called(catalog, name)) for (name,) in rows if name != _OWN)

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        """Read the relations, then the columns, catalog by catalog."""
        self._warnings.clear()
        for catalog in self._connectors:
            inside = [schema for schema in (self._inside(catalog, name) for name in schemas) if schema]
            if inside:
                with _naming(catalog):
                    yield from self._catalog(catalog, inside)

    def warnings(self) -> list[str]:
        """Return in plain words what could not be read."""
        return self._warnings

    def cancel(self) -> None:
        """Stop the statement that runs."""
        self._session.cancel()

    def _wants(self, catalog: str) -> bool:
        """Return whether any schema of a catalog may be wanted, so that one left out as `name.*` is never asked."""
        if self._scope.only is not None and not any(self._inside(catalog, name) for name in self._scope.only):
            return False
        return Scope(self._scope.left_out).wants(self._called(catalog, _ANY_SCHEMA))

    def _called(self, catalog: str, schema: str) -> str:
        return schema if self._database else f"{catalog}.{schema}"

    def _inside(self, catalog: str, name: str) -> str:
        """Return what a schema is called inside of its catalog; empty when it is of another."""
        if self._database:
            return name
        return name.removeprefix(f"{catalog}.") if name.startswith(f"{catalog}.") else ""

    def _catalog(self, catalog: str, schemas: list[str]) -> Iterator[Sequence[Row]]:
        wanted = set(schemas)
        facts = {"catalog": quoted(catalog), "name": literal(catalog), "wanted": _condition(schemas)}
        properties: dict[str, object] = {"connector": self._connectors[catalog]}
        for batch in self._relations(catalog, facts):
            rows = [row for row in batch if row[0] in wanted]
            yield [self._relation(catalog, row) for row in rows]
            yield [self._detail(catalog, row, properties) for row in rows]
        for batch in self._session.batches(_COLUMNS.format(**facts)):
            yield [self._column(catalog, row) for row in batch if row[0] in wanted]

    def _relations(self, catalog: str, facts: dict[str, str]) -> Iterator[Sequence[Sequence[Any]]]:
        """Read them without comments where the account may not see Trino's own catalog."""
        try:
            yield from self._session.batches(_RELATIONS.format(**facts))
        except DomainError as error:
            if error.code != "no_rights":
                raise
            self._warnings.append(
                f"The account may not read system.metadata: comments and materialized views of {catalog} are not known."
            )
            yield from self._session.batches(_RELATIONS_ALONE.format(**facts))

    def _relation(self, catalog: str, row: Sequence[Any]) -> RelationRow:
        schema, name, kind, _, _, is_kept = row
        kind = AssetKind.MATERIALIZED if is_kept else _KINDS.get(kind, AssetKind.TABLE)
        return RelationRow(self._called(catalog, schema), name, kind)

    def _detail(self, catalog: str, row: Sequence[Any], properties: dict[str, object]) -> DetailRow:
        schema, name, _, comment, definition, _ = row
        return DetailRow(self._called(catalog, schema), name, comment or "", (definition or "").strip(), properties)

    def _column(self, catalog: str, row: Sequence[Any]) -> ColumnRow:
        schema, relation, position, name, data_type, is_nullable, initial, comment = row
        return ColumnRow(
            self._called(catalog, schema),
            relation,
            position,
            name,
            data_type,
            data_type,
            is_nullable=is_nullable != "NO",
            initial=initial or "",
            comment=comment or "",
        )


def _condition(schemas: list[str]) -> str:
    """Name the schema when it is one; for several, some catalogs give every row once for each of them."""
    if len(schemas) == 1:
        return f"found.table_schema = {literal(schemas[0])}"
    return f"found.table_schema <> '{_OWN}'"


@contextmanager
def _naming(catalog: str) -> Iterator[None]:
    """Say of which catalog a failure speaks, since a server holds many."""
    try:
        yield
    except DomainError as error:
        error.message = f"Catalog {catalog}: {error.message}"
        raise


class Trino:
    """The connector."""

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[RowReading]:
        """Open a look at the catalogs."""
        with (
            connect(source, statement_timeout_s=source.statement_timeout_seconds) as session,
            RowReading(TrinoExtractor(session, source.database, scope), scope) as reading,
        ):
            yield reading


CONNECTOR = Trino()
