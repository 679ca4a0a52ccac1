"""From the description of an Iceberg table to the rows of the catalog."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pyiceberg.schema import Schema
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot

from catalog.harvest.connectors.rows import ColumnRow, DetailRow, KeyRow, RelationRow, Row
from catalog.sources.engines.iceberg import Pointer

_BASES = {
    "long": "bigint",
    "int": "integer",
    "timestamptz": "timestamp with time zone",
    "timestamptz_ns": "timestamp with time zone",
    "timestamp_ns": "timestamp",
    "fixed": "binary",
    "variant": "json",
}
_OURS = {"comment", "owner"}
_SERVERS = ("nessie.",)  # what a server adds of its own; Nessie's change with every commit to any table
_MOST_PROPERTIES = 20


def rows_of(table: Pointer, said: TableMetadata) -> Sequence[Row]:
    """Return the rows of a table."""
    place = (table.namespace, table.name)
    schema, snapshot = said.schema(), said.current_snapshot()
    rows, size = _number(snapshot, "total-records"), _number(snapshot, "total-files-size")
    relation = RelationRow(*place, "table", rows, size, getattr(said, "last_sequence_number", None))
    detail = DetailRow(*place, said.properties.get("comment", ""), properties=_properties(said))
    return [relation, detail, *_columns(place, schema), *_keys(place, schema)]


def bare(table: Pointer) -> Sequence[Row]:
    """Return the rows of a table of which only the name is known."""
    return [
        RelationRow(table.namespace, table.name, "table"),
        DetailRow(table.namespace, table.name, properties={"format": "Iceberg"}),
    ]


def _columns(place: tuple[str, str], schema: Schema) -> Iterator[ColumnRow]:
    for position, column in enumerate(schema.fields, 1):
        written = str(column.field_type)
        word = written.partition("<")[0].partition("(")[0].partition("[")[0]
        initial = "" if column.write_default is None else str(column.write_default)
        yield ColumnRow(
            *(*place, position, column.name, written, _BASES.get(word, word)),
            is_nullable=not column.required,
            initial=initial,
            comment=column.doc or "",
        )


def _keys(place: tuple[str, str], schema: Schema) -> Iterator[KeyRow]:
    """Iceberg does not watch over these columns; they say what tells rows apart."""
    names = sorted(schema.identifier_field_names())
    if names:
        yield KeyRow(
            *place, "primary", "identifier fields", names, definition=f"IDENTIFIER FIELDS ({', '.join(names)})"
        )


def _properties(said: TableMetadata) -> dict[str, object]:
    schema = said.schema()
    spec, order, snapshot = said.spec(), said.sort_order(), said.current_snapshot()
    found: dict[str, object] = {
        "format": "Iceberg",
        "format_version": said.format_version,
        "place": said.location,
        "partition_columns": [
            f"{_name(schema, each.source_id)} ({each.transform}: {each.name})" for each in spec.fields
        ],
        "sort_order": [f"{_name(schema, each.source_id)} {each.direction}" for each in order.fields] if order else [],
        "files": _number(snapshot, "total-data-files"),
        "snapshots": len(said.snapshots),
        "newest_snapshot": _moment(snapshot),
        "owner": said.properties.get("owner", ""),
        "table_properties": _told(said),
    }
    return {name: value for name, value in found.items() if value not in ("", [], {}, None)}


def _told(said: TableMetadata) -> dict[str, str]:
    told = sorted(said.properties.items())
    others = {name: value for name, value in told if name not in _OURS and not name.startswith(_SERVERS)}
    return dict(list(others.items())[:_MOST_PROPERTIES])


def _name(schema: Schema, column_id: int) -> str:
    return schema.find_column_name(column_id) or f"column {column_id}"


def _number(snapshot: Snapshot | None, name: str) -> int | None:
    text = snapshot.summary.additional_properties.get(name, "") if snapshot and snapshot.summary else ""
    return int(text) if text.isdecimal() else None


def _moment(snapshot: Snapshot | None) -> str:
    return datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC).isoformat(timespec="seconds") if snapshot else ""
