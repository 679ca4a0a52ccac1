"""ClickHouse: what Nullable and LowCardinality wrap is what counts."""

import re

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import Dialect

_WRAPPED = re.compile(r"(?:nullable|lowcardinality|simpleaggregatefunction\(\s*\w+(?:\([^)]*\))?\s*,)\(?\s*(.+)\)$")


def _unwrap(written: str) -> str:
    while wrapped := _WRAPPED.fullmatch(written):
        written = wrapped[1]
    return written


DIALECT = Dialect(
    "ClickHouse",
    {
        LogicalType.BOOLEAN: "bool",
        LogicalType.INTEGER: "int8, int16, int32, int64, int128, int256, uint8, uint16, uint32, uint64, uint128, "
        "uint256",
        LogicalType.DECIMAL: "decimal, decimal32, decimal64, decimal128, decimal256",
        LogicalType.FLOAT: "float32, float64, bfloat16",
        LogicalType.TEXT: "string, fixedstring",
        LogicalType.DATE: "date, date32",
        LogicalType.TIME: "time, time64",
        LogicalType.TIMESTAMP_TZ: "datetime, datetime32, datetime64",
        LogicalType.INTERVAL: "intervalnanosecond, intervalmicrosecond, intervalmillisecond, intervalsecond, "
        "intervalminute, intervalhour, intervalday, intervalweek, intervalmonth, intervalquarter, intervalyear",
        LogicalType.UUID: "uuid",
        LogicalType.JSON: "json, object, dynamic, variant",
        LogicalType.ENUM: "enum, enum8, enum16",
        LogicalType.ARRAY: "array, nested",
        LogicalType.MAP: "map",
        LogicalType.STRUCT: "tuple",
        LogicalType.SPATIAL: "point, ring, linestring, multilinestring, polygon, multipolygon, geometry",
        LogicalType.NETWORK: "ipv4, ipv6",
        LogicalType.VECTOR: "qbit",
        LogicalType.SKETCH: "aggregatefunction",
        LogicalType.UNKNOWN: "nothing",
    },
    unwrap=_unwrap,
    note="Nullable(…), LowCardinality(…) and SimpleAggregateFunction(…) are what they hold. A DateTime is a moment.",
)
