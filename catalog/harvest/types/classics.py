"""SQL Server and Oracle."""

import re

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import Dialect

_WHOLE = re.compile(r"(?:number|decimal|numeric)\s*\(\s*(?:\d+|\*)\s*(?:,\s*0\s*)?\)")


def _oracle(written: str) -> str | None:
    return LogicalType.INTEGER if _WHOLE.fullmatch(written) else None


SQL_SERVER = Dialect(
    "SQL Server",
    {
        LogicalType.BOOLEAN: "bit",
        LogicalType.INTEGER: "tinyint, smallint, int, bigint",
        LogicalType.DECIMAL: "decimal, numeric, money, smallmoney",
        LogicalType.FLOAT: "float, real",
        LogicalType.TEXT: "char, varchar, text, nchar, nvarchar, ntext, sysname",
        LogicalType.BINARY: "binary, varbinary, image, rowversion, timestamp",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time",
        LogicalType.TIMESTAMP: "datetime, datetime2, smalldatetime",
        LogicalType.TIMESTAMP_TZ: "datetimeoffset",
        LogicalType.UUID: "uniqueidentifier",
        LogicalType.JSON: "json",
        LogicalType.XML: "xml",
        LogicalType.SPATIAL: "geometry, geography",
        LogicalType.VECTOR: "vector",
        LogicalType.UNKNOWN: "sql_variant, hierarchyid, cursor, table",
    },
    note="A timestamp is a row's version, not a time.",
)
ORACLE = Dialect(
    "Oracle",
    {
        LogicalType.BOOLEAN: "boolean",
        LogicalType.INTEGER: "integer, int, smallint",
        LogicalType.DECIMAL: "number, decimal, numeric",
        LogicalType.FLOAT: "float, real, double precision, binary_float, binary_double",
        LogicalType.TEXT: "varchar2, nvarchar2, varchar, char, nchar, clob, nclob, long, rowid, urowid",
        LogicalType.BINARY: "raw, long raw, blob, bfile",
        LogicalType.TIMESTAMP: "date, timestamp",
        LogicalType.TIMESTAMP_TZ: "timestamp with time zone, timestamp with local time zone",
        LogicalType.INTERVAL: "interval year to month, interval day to second",
        LogicalType.JSON: "json",
        LogicalType.XML: "xmltype, sys.xmltype",
        LogicalType.SPATIAL: "sdo_geometry, mdsys.sdo_geometry",
        LogicalType.VECTOR: "vector",
    },
    _oracle,
    note="A DATE holds a time of day. A NUMBER without decimal places is a whole number.",
)
