"""SQLite, which takes any word for a type: well-known ones for what they say, others by SQLite's rules of affinity."""

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import COMMON, Dialect

# In this order, as SQLite looks for them anywhere in the word.
_AFFINITIES = (
    (("int",), LogicalType.INTEGER),
    (("char", "clob", "text"), LogicalType.TEXT),
    (("blob",), LogicalType.BINARY),
    (("real", "floa", "doub"), LogicalType.FLOAT),
)


def _special(written: str) -> str | None:
    if written in ("", "any", LogicalType.UNKNOWN):
        return LogicalType.UNKNOWN
    if COMMON.logical(written) != LogicalType.UNKNOWN:
        return None
    affinity = (logical for parts, logical in _AFFINITIES if any(part in written for part in parts))
    return next(affinity, LogicalType.DECIMAL)


DIALECT = Dialect(
    "SQLite",
    {
        LogicalType.BOOLEAN: "boolean",
        LogicalType.INTEGER: "integer",
        LogicalType.DECIMAL: "numeric, decimal",
        LogicalType.FLOAT: "real",
        LogicalType.TEXT: "text",
        LogicalType.BINARY: "blob",
        LogicalType.DATE: "date",
        LogicalType.TIMESTAMP: "datetime, timestamp",
        LogicalType.UNKNOWN: "any",
    },
    _special,
    note="Well-known words of other engines (uuid, json, time …) count for what they say. Else a word with int in it "
    "is a whole number, with char, clob or text it is text, with blob bytes, with real, floa or doub an approximate "
    "number, and any other an exact number. A column without a type is other.",
)
