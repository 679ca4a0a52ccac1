"""DuckDB."""

import re

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import Dialect

_ARRAY = re.compile(r"\[\d*\]$")


def _special(written: str) -> str | None:
    return LogicalType.ARRAY if _ARRAY.search(written) else None


DIALECT = Dialect(
    "DuckDB",
    {
        LogicalType.BOOLEAN: "boolean",
        LogicalType.INTEGER: "tinyint, smallint, integer, bigint, hugeint, utinyint, usmallint, uinteger, "
        "ubigint, uhugeint, "
        "varint, bignum",
        LogicalType.DECIMAL: "decimal",
        LogicalType.FLOAT: "float, double",
        LogicalType.TEXT: "varchar",
        LogicalType.BINARY: "blob",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time, time_ns, time with time zone",
        LogicalType.TIMESTAMP: "timestamp, timestamp_s, timestamp_ms, timestamp_ns",
        LogicalType.TIMESTAMP_TZ: "timestamp with time zone",
        LogicalType.INTERVAL: "interval",
        LogicalType.UUID: "uuid",
        LogicalType.JSON: "json, variant",
        LogicalType.ENUM: "enum",
        LogicalType.ARRAY: "list, array",
        LogicalType.MAP: "map",
        LogicalType.STRUCT: "struct",
        LogicalType.SPATIAL: "geometry, point_2d, linestring_2d, polygon_2d, box_2d",
        LogicalType.BITS: "bit",
        LogicalType.UNKNOWN: "union",
    },
    _special,
    note="Anything with [] or [3] after it is a list.",
)
