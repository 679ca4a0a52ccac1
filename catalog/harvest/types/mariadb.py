"""MariaDB and MySQL. JSON in MariaDB is text with a check; the connector tells it by that."""

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import Dialect

DIALECT = Dialect(
    "MariaDB and MySQL",
    {
        LogicalType.BOOLEAN: "tinyint(1), bit(1), boolean",
        LogicalType.INTEGER: "tinyint, smallint, mediumint, int, bigint, year",
        LogicalType.DECIMAL: "decimal",
        LogicalType.FLOAT: "float, double",
        LogicalType.TEXT: "char, varchar, tinytext, text, mediumtext, longtext",
        LogicalType.BINARY: "binary, varbinary, tinyblob, blob, mediumblob, longblob",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time",
        LogicalType.TIMESTAMP: "datetime",
        LogicalType.TIMESTAMP_TZ: "timestamp",
        LogicalType.UUID: "uuid",
        LogicalType.JSON: "json",
        LogicalType.XML: "xmltype",
        LogicalType.ENUM: "enum",
        LogicalType.SET: "set",
        LogicalType.SPATIAL: "geometry, point, linestring, polygon, multipoint, multilinestring, multipolygon, "
        "geometrycollection, geomcollection",
        LogicalType.NETWORK: "inet4, inet6",
        LogicalType.BITS: "bit",
        LogicalType.VECTOR: "vector",
    },
    note="A timestamp is a moment, kept in UTC; a datetime is not. unsigned and zerofill change nothing.",
)
