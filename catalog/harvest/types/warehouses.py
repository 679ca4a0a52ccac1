"""Cloud warehouses and the table format they share: Snowflake, BigQuery, Redshift, Databricks, Iceberg."""

import re

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import Dialect

_WHOLE = re.compile(r"(?:number|decimal|numeric)\s*\(\s*\d+\s*,\s*0\s*\)")


def _snowflake(written: str) -> str | None:
    if written.startswith("object("):
        return LogicalType.STRUCT
    return LogicalType.INTEGER if _WHOLE.fullmatch(written) else None


SNOWFLAKE = Dialect(
    "Snowflake",
    {
        LogicalType.BOOLEAN: "boolean",
        LogicalType.INTEGER: "int, integer, bigint, smallint, tinyint, byteint",
        LogicalType.DECIMAL: "number, decimal, numeric, decfloat",
        LogicalType.FLOAT: "float, float4, float8, double, double precision, real",
        LogicalType.TEXT: "varchar, char, character, nchar, string, text, nvarchar, nvarchar2",
        LogicalType.BINARY: "binary, varbinary",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time",
        LogicalType.TIMESTAMP: "datetime, timestamp, timestamp_ntz",
        LogicalType.TIMESTAMP_TZ: "timestamp_ltz, timestamp_tz",
        LogicalType.INTERVAL: "interval",
        LogicalType.UUID: "uuid",
        LogicalType.JSON: "variant, object",
        LogicalType.ARRAY: "array",
        LogicalType.MAP: "map",
        LogicalType.SPATIAL: "geography, geometry",
        LogicalType.VECTOR: "vector",
        LogicalType.UNKNOWN: "file",
    },
    _snowflake,
    note="A NUMBER without decimal places is a whole number; an OBJECT with a list of fields is a record.",
)
BIGQUERY = Dialect(
    "BigQuery",
    {
        LogicalType.BOOLEAN: "bool, boolean",
        LogicalType.INTEGER: "int64, int, smallint, integer, bigint, tinyint, byteint",
        LogicalType.DECIMAL: "numeric, decimal, bignumeric, bigdecimal",
        LogicalType.FLOAT: "float64, float",
        LogicalType.TEXT: "string",
        LogicalType.BINARY: "bytes",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time",
        LogicalType.TIMESTAMP: "datetime",
        LogicalType.TIMESTAMP_TZ: "timestamp",
        LogicalType.INTERVAL: "interval",
        LogicalType.JSON: "json",
        LogicalType.ARRAY: "array",
        LogicalType.STRUCT: "struct, record",
        LogicalType.RANGE: "range",
        LogicalType.SPATIAL: "geography",
    },
)
REDSHIFT = Dialect(
    "Redshift",
    {
        LogicalType.BOOLEAN: "boolean, bool",
        LogicalType.INTEGER: "smallint, int2, integer, int, int4, bigint, int8, oid",
        LogicalType.DECIMAL: "decimal, numeric",
        LogicalType.FLOAT: "real, float4, double precision, float8, float",
        LogicalType.TEXT: "char, character, nchar, bpchar, varchar, character varying, nvarchar, text, name",
        LogicalType.BINARY: "varbyte, varbinary, binary varying, bytea",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time, time without time zone, timetz, time with time zone",
        LogicalType.TIMESTAMP: "timestamp, timestamp without time zone",
        LogicalType.TIMESTAMP_TZ: "timestamptz, timestamp with time zone",
        LogicalType.INTERVAL: "interval year to month, interval day to second",
        LogicalType.JSON: "super",
        LogicalType.SPATIAL: "geometry, geography",
        LogicalType.SKETCH: "hllsketch",
    },
)
DATABRICKS = Dialect(
    "Databricks",
    {
        LogicalType.BOOLEAN: "boolean",
        LogicalType.INTEGER: "tinyint, byte, smallint, short, int, integer, bigint, long",
        LogicalType.DECIMAL: "decimal, dec, numeric",
        LogicalType.FLOAT: "float, real, double",
        LogicalType.TEXT: "string, varchar, char",
        LogicalType.BINARY: "binary",
        LogicalType.DATE: "date",
        LogicalType.TIMESTAMP: "timestamp_ntz",
        LogicalType.TIMESTAMP_TZ: "timestamp",
        LogicalType.INTERVAL: "interval",
        LogicalType.JSON: "variant, object",
        LogicalType.ARRAY: "array",
        LogicalType.MAP: "map",
        LogicalType.STRUCT: "struct",
        LogicalType.SPATIAL: "geography, geometry",
        LogicalType.UNKNOWN: "void",
    },
)
ICEBERG = Dialect(
    "Iceberg",
    {
        LogicalType.BOOLEAN: "boolean",
        LogicalType.INTEGER: "int, long",
        LogicalType.DECIMAL: "decimal",
        LogicalType.FLOAT: "float, double",
        LogicalType.TEXT: "string",
        LogicalType.BINARY: "binary, fixed",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time",
        LogicalType.TIMESTAMP: "timestamp, timestamp_ns",
        LogicalType.TIMESTAMP_TZ: "timestamptz, timestamptz_ns",
        LogicalType.UUID: "uuid",
        LogicalType.JSON: "variant",
        LogicalType.ARRAY: "list",
        LogicalType.MAP: "map",
        LogicalType.STRUCT: "struct",
        LogicalType.SPATIAL: "geometry, geography",
        LogicalType.UNKNOWN: "unknown",
    },
)
