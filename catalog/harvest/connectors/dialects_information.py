"""Everything in all schemas by statements over an information schema, where a dialect reflects table by table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from catalog.assets.models import AssetKind
from catalog.harvest.connectors.rows import ColumnRow, DetailRow, KeyRow, RelationRow, Row
from catalog.sources.engines.dialects import Session

T = TypeVar("T")

_BATCH = 2000
_KINDS = {
    "VIEW": AssetKind.VIEW,
    "MATERIALIZED VIEW": AssetKind.MATERIALIZED,
    "MATERIALIZED_VIEW": AssetKind.MATERIALIZED,
    "EXTERNAL": AssetKind.FOREIGN,
    "EXTERNAL TABLE": AssetKind.FOREIGN,
    "FOREIGN": AssetKind.FOREIGN,
    "FOREIGN TABLE": AssetKind.FOREIGN,
}


class Part(NamedTuple):
    """One column of a constraint, in the order of its key."""

    schema: str
    relation: str
    kind: str
    name: str
    column: str
    target_schema: str | None = None
    target_name: str | None = None
    target_column: str | None = None


@dataclass(frozen=True)
class Shown:
    """A statement that shows constraints of one kind; `names` are its columns in the order of Part, but the kind."""

    kind: str
    statement: str
    names: tuple[str, ...]
    position: str = "key_sequence"


@dataclass(frozen=True)
class Statements:
    """What to ask of an engine. `:schemas` stands for the names, `{place}` for where the information schema is.

    `relations` gives schema, name, kind, comment, definition, rows, bytes; `columns` gives schema, relation,
    position, name, type, YES or NO, default, comment, YES where generated; each of `keys` gives Parts, ordered by
    constraint and position, of which a constraint's column is one row.
    """

    relations: str
    columns: str
    keys: Sequence[str] = ()
    shown: Sequence["Shown"] = ()


def read(session: Session, schemas: Sequence[str], asked: Statements) -> Iterator[Sequence[Row]]:
    """Yield the rows of these schemas."""
    for batch in _batches(session.rows(asked.relations, schemas)):
        yield [_relation(row) for row in batch]
        yield [DetailRow(row[0], row[1], row[3] or "", (row[4] or "").strip()) for row in batch]
    for batch in _batches(session.rows(asked.columns, schemas)):
        yield [_column(row) for row in batch]
    wanted = set(schemas)
    for statement in asked.keys:
        yield from _keys((Part(*row) for row in session.rows(statement, schemas)), wanted)
    for shown in asked.shown:
        yield from _keys(_parts(session, shown), wanted)


def _parts(session: Session, shown: Shown) -> Iterator[Part]:
    schema, relation, name, *_ = shown.names
    rows = sorted(
        session.mappings(shown.statement),
        key=lambda row: (row[schema], row[relation], row[name], int(row[shown.position])),
    )
    for row in rows:
        schema_of, relation_of, name_of, *more = (row[each] for each in shown.names)
        yield Part(schema_of, relation_of, shown.kind, name_of, *more)


def _keys(parts: Iterable[Part], wanted: set[str]) -> Iterator[Sequence[Row]]:
    """Put the parts of a constraint together; they follow one another."""
    inside = (part for part in parts if part.schema in wanted)
    yield from _batches(_key(list(each)) for _, each in groupby(inside, key=lambda part: part[:4]))


def _relation(row: Sequence[Any]) -> RelationRow:
    schema, name, kind, _, _, rows, size = row
    known = _KINDS.get(str(kind).upper(), AssetKind.TABLE)
    return RelationRow(schema, name, known, None if rows is None else int(rows), None if size is None else int(size))


def _column(row: Sequence[Any]) -> ColumnRow:
    schema, relation, position, name, kind, is_nullable, initial, comment, is_generated = row
    return ColumnRow(
        schema,
        relation,
        int(position),
        name,
        str(kind),
        str(kind),
        is_nullable=is_nullable != "NO",
        initial=str(initial or ""),
        is_generated=is_generated == "YES",
        comment=comment or "",
    )


def _key(parts: list[Part]) -> KeyRow:
    first = parts[0]
    return KeyRow(
        *(first.schema, first.relation, first.kind, first.name, [part.column for part in parts]),
        first.target_schema or "",
        first.target_name or "",
        [part.target_column for part in parts if part.target_column],
    )


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    batch: list[T] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
