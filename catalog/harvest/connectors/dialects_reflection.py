"""Everything in a schema by SQLAlchemy's reflection in bulk: some statements a schema, however many tables it has."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from sqlalchemy import inspect
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.reflection import Inspector, ObjectKind
from sqlalchemy.exc import CompileError
from sqlalchemy.types import TypeEngine

from catalog.assets.models import AssetKind
from catalog.harvest.connectors.rows import ColumnRow, DetailRow, IndexRow, KeyRow, RelationRow, Row
from catalog.sources.engines.dialects import Session, explained

_BATCH = 2000
_LONGEST_PART = 128
_COLLATION = re.compile(r" (COLLATE|CHARACTER SET) \S+")
Found = Mapping[tuple[str | None, str], Any]


def read(session: Session, schema: str, views: str) -> Iterator[Sequence[Row]]:
    """Yield the rows of a schema. `views` is a query of names and definitions for `:schemas`, or empty."""
    inspector = inspect(session.connection)
    definitions = (
        {session.name(str(row[0])): str(row[1] or "") for row in session.rows(views, [schema])} if views else {}
    )
    with explained():
        kinds = _kinds(inspector, schema)
        comments = _of(inspector, "table_comment", schema)
        yield [RelationRow(schema, name, kind) for name, kind in kinds.items()]
        yield [
            DetailRow(
                schema, name, _said(comments.get(name)), _query(definitions.get(name, "")) if _is_view(kind) else ""
            )
            for name, kind in kinds.items()
        ]
        yield from _batches(_columns(inspector, schema))
        yield from _batches(_keys(inspector, schema))
        yield from _batches(_indexes(inspector, schema))


def _kinds(inspector: Inspector, schema: str) -> dict[str, AssetKind]:
    kinds = dict.fromkeys(inspector.get_table_names(schema), AssetKind.TABLE)
    kinds |= dict.fromkeys(inspector.get_view_names(schema), AssetKind.VIEW)
    with suppress(NotImplementedError):  # most dialects know of none
        kinds |= dict.fromkeys(inspector.get_materialized_view_names(schema), AssetKind.MATERIALIZED)
    return kinds


def _is_view(kind: AssetKind) -> bool:
    return kind in (AssetKind.VIEW, AssetKind.MATERIALIZED)


def _query(definition: str) -> str:
    return definition.strip()


def _said(comment: Any) -> str:
    return str((comment or {}).get("text") or "")


def _of(inspector: Inspector, fact: str, schema: str) -> dict[str, Any]:
    """Return one kind of fact by the name of the relation; nothing where the dialect does not know of it."""
    try:
        found = cast("Found", getattr(inspector, f"get_multi_{fact}")(schema=schema, kind=ObjectKind.ANY))
    except NotImplementedError:
        return {}
    return {name: facts for (_, name), facts in found.items()}


def _columns(inspector: Inspector, schema: str) -> Iterator[Row]:
    dialect = inspector.dialect
    for relation, columns in _of(inspector, "columns", schema).items():
        for position, column in enumerate(columns, 1):
            computed, kind = column.get("computed"), _written(column["type"], dialect)
            yield ColumnRow(
                schema,
                relation,
                position,
                column["name"],
                kind,
                kind,
                is_nullable=bool(column.get("nullable", True)),
                initial=str((computed or {}).get("sqltext") or column.get("default") or ""),
                is_generated=bool(computed or column.get("identity")),
                comment=str(column.get("comment") or ""),
            )


def _written(kind: TypeEngine[Any], dialect: Dialect) -> str:
    """Return a type as the engine writes it; one that the dialect does not know, by the name it was given."""
    try:
        return _COLLATION.sub("", str(kind.compile(dialect=dialect)))
    except CompileError:
        return type(kind).__name__


def _keys(inspector: Inspector, schema: str) -> Iterator[Row]:
    for relation, key in _of(inspector, "pk_constraint", schema).items():
        if key and key["constrained_columns"]:
            yield _key(schema, relation, "primary", key.get("name"), key["constrained_columns"])
    for relation, key in _each(inspector, "unique_constraints", schema):
        yield _key(schema, relation, "unique", key["name"], key["column_names"])
    for relation, key in _each(inspector, "check_constraints", schema):
        yield _key(schema, relation, "check", key["name"], (), definition=f"CHECK ({key['sqltext']})")
    for relation, key in _each(inspector, "foreign_keys", schema):
        target = key["referred_schema"] or inspector.default_schema_name or schema
        yield _key(
            *(schema, relation, "foreign", key["name"], key["constrained_columns"]),
            target=(target, key["referred_table"], key["referred_columns"]),
        )


def _each(inspector: Inspector, fact: str, schema: str) -> Iterator[tuple[str, Any]]:
    return ((relation, each) for relation, several in _of(inspector, fact, schema).items() for each in several)


def _key(
    schema: str,
    relation: str,
    kind: str,
    name: str | None,
    columns: Sequence[str],
    target: tuple[str, str, Sequence[str]] = ("", "", ()),
    definition: str = "",
) -> KeyRow:
    """Give a constraint; one without a name, as some engines have them, is called by what it holds."""
    called = name or f"{kind} {', '.join(columns) or definition}"[:200]
    return KeyRow(schema, relation, kind, called, columns, *target, definition)


def _indexes(inspector: Inspector, schema: str) -> Iterator[Row]:
    for relation, index in _each(inspector, "indexes", schema):
        columns = [str(part or "")[:_LONGEST_PART] for part in index.get("expressions") or index["column_names"]]
        name = index["name"] or f"index {', '.join(columns)}"[:200]
        yield IndexRow(schema, relation, str(name), bool(index["unique"]), columns)


def _batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
