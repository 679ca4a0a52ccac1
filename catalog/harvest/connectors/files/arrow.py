"""Arrow's types in our words, and the shape of a Parquet file from its footer."""

import json
from collections.abc import Callable, Iterator
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.harvest.connectors.files.shapes import Broken, Field, Shape
from catalog.harvest.connectors.history import span_of
from catalog.sources.engines.files import Entry

_SPARK = b"org.apache.spark.sql.parquet.row.metadata"
_SAID = (b"comment", b"description", b"PARQUET:description")
_CODECS_SHOWN = 3
_NO_PARQUET = "it is no Parquet file, or it was cut off"

Test = Callable[[pa.DataType], bool]
_BASES: tuple[tuple[Test, str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "double"),
    (pa.types.is_decimal, "decimal"),
    (pa.types.is_date, "date"),
    (pa.types.is_time, "time"),
    (pa.types.is_duration, "interval"),
    (pa.types.is_interval, "interval"),
    (pa.types.is_map, "map"),
    (pa.types.is_struct, "struct"),
    (pa.types.is_nested, "list"),
)
_TEXT: tuple[Test, ...] = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


def base_type(kind: pa.DataType) -> str:
    """Return the word that the logical type is made of."""
    if isinstance(kind, pa.BaseExtensionType):
        named = {"arrow.uuid": "uuid", "arrow.json": "json", "arrow.bool8": "boolean"}.get(kind.extension_name)
        return named or base_type(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return base_type(kind.value_type)
    if pa.types.is_timestamp(kind):
        return "timestamp with time zone" if kind.tz else "timestamp"
    if any(test(kind) for test in _TEXT):
        return "string"
    return next((word for test, word in _BASES if test(kind)), _rest(kind))


def _rest(kind: pa.DataType) -> str:
    is_bytes = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    return "binary" if is_bytes or pa.types.is_binary_view(kind) else str(kind)


def written(kind: pa.DataType) -> str:
    """Return a type as people write it."""
    if isinstance(kind, pa.BaseExtensionType):
        return str(kind.extension_name).removeprefix("arrow.")
    if pa.types.is_dictionary(kind):
        return written(kind.value_type)
    return str(kind).replace("[day]", "").replace("[ms]", "" if pa.types.is_date(kind) else "[ms]")


def footer_of(file: IO[bytes], entry: Entry) -> Shape:
    """Read a Parquet file's footer, and nothing else of it."""
    try:
        facts = pq.read_metadata(file)
        schema = facts.schema.to_arrow_schema()
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise Broken(_NO_PARQUET) from error
    except OSError as error:
        if "thrift" not in str(error).lower():  # the line or the disk failed, not the file
            raise
        raise Broken(_NO_PARQUET) from error
    kept: dict[bytes, bytes] = schema.metadata or {}
    comments = _spark_comments(kept.get(_SPARK, b""))
    codecs = sorted(set(_codecs(facts)))
    fields = [
        Field(
            each.name,
            written(each.type),
            base_type(each.type),
            each.nullable,
            _said(each.metadata) or comments.get(each.name, ""),
        )
        for each in schema
    ]
    properties: dict[str, object] = {"compression": ", ".join(codecs)} if codecs else {}
    if facts.created_by:
        properties["written_by"] = facts.created_by
    return Shape(fields, facts.num_rows, True, _said(kept), properties, span_of(_days(facts)))


def _days(facts: pq.FileMetaData) -> Iterator[object]:
    """Yield the least and greatest values of the time columns, as each group of rows has them noted."""
    timely = [n for n in range(facts.num_columns) if _is_time(facts.schema.column(n))]
    for group in range(facts.num_row_groups if timely else 0):
        for column in timely:
            known = facts.row_group(group).column(column).statistics
            if known is not None and known.has_min_max:
                yield from _ends(known)


def _ends(known: pq.Statistics) -> Iterator[object]:
    try:
        yield from (known.min, known.max)
    except (ValueError, OverflowError, pa.ArrowException):  # a year that no date of Python can hold
        return


def _is_time(column: pq.ColumnSchema) -> bool:
    return column.max_repetition_level == 0 and column.logical_type.type in ("DATE", "TIMESTAMP")


def _codecs(facts: pq.FileMetaData) -> Iterator[str]:
    if facts.num_row_groups:
        group = facts.row_group(0)
        for number in range(min(group.num_columns, _CODECS_SHOWN)):
            codec = group.column(number).compression.lower()
            if codec != "uncompressed":
                yield codec


def _said(kept: Any) -> str:
    found = next((kept[name] for name in _SAID if name in kept), b"") if kept else b""
    return bytes(found).decode(errors="replace")


def _spark_comments(text: bytes) -> dict[str, str]:
    """Spark keeps comments in its own description of the row."""
    try:
        fields = json.loads(text or b"{}").get("fields", [])
        return {each["name"]: str(each.get("metadata", {}).get("comment", "")) for each in fields}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
