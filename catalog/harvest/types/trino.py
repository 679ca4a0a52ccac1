"""Trino."""

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import Dialect

DIALECT = Dialect(
    "Trino",
    {
        LogicalType.BOOLEAN: "boolean",
        LogicalType.INTEGER: "tinyint, smallint, integer, bigint",
        LogicalType.DECIMAL: "decimal",
        LogicalType.FLOAT: "real, double",
        LogicalType.TEXT: "varchar, char, objectid, jsonpath, color, codepoints",
        LogicalType.BINARY: "varbinary",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time, time with time zone",
        LogicalType.TIMESTAMP: "timestamp",
        LogicalType.TIMESTAMP_TZ: "timestamp with time zone",
        LogicalType.INTERVAL: "interval year to month, interval day to second",
        LogicalType.UUID: "uuid",
        LogicalType.JSON: "json, json2016, variant",
        LogicalType.ARRAY: "array",
        LogicalType.MAP: "map",
        LogicalType.STRUCT: "row",
        LogicalType.SPATIAL: "geometry, sphericalgeography, bingtile, kdbtree",
        LogicalType.NETWORK: "ipaddress",
        LogicalType.SKETCH: "hyperloglog, p4hyperloglog, setdigest, qdigest, tdigest",
    },
)
