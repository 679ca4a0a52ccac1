"""Arrow, and the types of Parquet files as Arrow or Parquet itself calls them."""

import re

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import Dialect

_VALUES_OF = re.compile(r"(?:dictionary<values=|run_end_encoded<.*values: |extension<[^<>]*<)(.+)>$")
_EXTENSIONS = {"uuid": LogicalType.UUID, "json": LogicalType.JSON, "bool8": LogicalType.BOOLEAN}


def _special(written: str) -> str | None:
    if written.startswith(("timestamp[", "timestamp(")):
        return LogicalType.TIMESTAMP_TZ if "tz=" in written or "utc" in written else LogicalType.TIMESTAMP
    if written.startswith("extension<"):
        return next((logical for name, logical in _EXTENSIONS.items() if f".{name}" in written), None)
    return None


def _unwrap(written: str) -> str:
    """A dictionary is what its values are."""
    while wrapped := _VALUES_OF.fullmatch(written):
        written = wrapped[1].split(", indices=")[0]
    return written


DIALECT = Dialect(
    "Arrow and Parquet files",
    {
        LogicalType.BOOLEAN: "bool, boolean",
        LogicalType.INTEGER: "int8, int16, int32, int64, uint8, uint16, uint32, uint64",
        LogicalType.DECIMAL: "decimal, decimal32, decimal64, decimal128, decimal256",
        LogicalType.FLOAT: "halffloat, float, double",
        LogicalType.TEXT: "string, large_string, string_view, utf8, large_utf8",
        LogicalType.BINARY: "binary, large_binary, binary_view, fixed_size_binary, byte_array, fixed_len_byte_array",
        LogicalType.DATE: "date32, date64, date",
        LogicalType.TIME: "time32, time64, time",
        LogicalType.TIMESTAMP: "timestamp, int96",
        LogicalType.TIMESTAMP_TZ: "timestamp with tz",
        LogicalType.INTERVAL: "duration, month_interval, day_time_interval, month_day_nano_interval",
        LogicalType.UUID: "uuid",
        LogicalType.JSON: "json, bson, variant",
        LogicalType.ARRAY: "list, large_list, fixed_size_list, list_view, large_list_view",
        LogicalType.MAP: "map",
        LogicalType.STRUCT: "struct",
        LogicalType.SPATIAL: "geometry, geography",
        LogicalType.UNKNOWN: "null, dense_union, sparse_union",
    },
    _special,
    _unwrap,
    note="A dictionary is what its values are.",
)
