"""Logical types: one set of words for the types of every engine."""

import re
from collections.abc import Mapping, Sequence

from catalog.assets.models import LogicalType

_WORDS: dict[LogicalType, str] = {
    LogicalType.BOOLEAN: "boolean bool bit(1) tinyint(1)",
    LogicalType.INTEGER: "smallint integer int int2 int4 int8 bigint tinyint mediumint hugeint serial bigserial oid",
    LogicalType.DECIMAL: "numeric decimal money number fixed",
    LogicalType.FLOAT: "real float float4 float8 double",
    LogicalType.TEXT: "text varchar char character bpchar string name citext nvarchar nchar clob longtext mediumtext",
    LogicalType.BINARY: "bytea blob binary varbinary longblob mediumblob tinyblob",
    LogicalType.DATE: "date",
    LogicalType.TIME: "time",
    LogicalType.TIMESTAMP: "timestamp datetime",
    LogicalType.INTERVAL: "interval",
    LogicalType.UUID: "uuid",
    LogicalType.JSON: "json jsonb",
    LogicalType.XML: "xml",
    LogicalType.ENUM: "enum",
    LogicalType.SET: "set",
    LogicalType.STRUCT: "composite struct row record",
    LogicalType.MAP: "map",
    LogicalType.ARRAY: "array list",
    LogicalType.RANGE: "range",
}
# A connector may also give one of our own words, where an engine's name for it means nothing elsewhere.
_TYPE_OF = {str(logical): logical for logical in LogicalType} | {
    word: logical for logical, words in _WORDS.items() for word in words.split()
}


def logical_types(engine: str, types: Sequence[str]) -> Mapping[str, str]:
    """Return the logical type of each of these types as the engine writes them."""
    return {written: _logical(written.lower().strip()) for written in types}


def _logical(written: str) -> str:
    if written.endswith("[]"):
        return LogicalType.ARRAY
    if written.startswith("timestamp") and "with time zone" in written:
        return LogicalType.TIMESTAMP_TZ
    word = re.split(r"[(<\s]", written, maxsplit=1)[0]
    return _TYPE_OF.get(written) or _TYPE_OF.get(word, LogicalType.UNKNOWN)
