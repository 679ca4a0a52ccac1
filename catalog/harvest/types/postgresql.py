"""PostgreSQL, as format_type() writes types; enums, composites and ranges come under these words."""

import re

from catalog.assets.models import LogicalType
from catalog.harvest.types.dialect import Dialect

_OF_A_SCHEMA = re.compile(r'^(?:"(?:[^"]|"")*"|[^".(\s]+)\.')
_ARRAY = re.compile(r"\[\d*\]$")

# Server's own bookkeeping, of no meaning to people who look for data.
INTERNAL = (
    "aclitem, pg_lsn, pg_node_tree, pg_snapshot, txid_snapshot, tid, pg_ndistinct, pg_dependencies, pg_mcv_list, "
    "pg_brin_bloom_summary, pg_brin_minmax_multi_summary"
)


def _special(written: str) -> str | None:
    return LogicalType.ARRAY if _ARRAY.search(written) else None


def _unwrap(written: str) -> str:
    """Take the schema off a type of an extension."""
    return _OF_A_SCHEMA.sub("", written)


DIALECT = Dialect(
    "PostgreSQL",
    {
        LogicalType.BOOLEAN: "boolean",
        LogicalType.INTEGER: "smallint, integer, bigint, oid, xid, xid8, cid",
        LogicalType.DECIMAL: "numeric, money",
        LogicalType.FLOAT: "real, double precision",
        LogicalType.TEXT: 'text, character, character varying, "char", name, citext, ltree, lquery, ltxtquery, '
        "refcursor, "
        "jsonpath, regclass, regcollation, regconfig, regdictionary, regnamespace, regoper, regoperator, regproc, "
        "regprocedure, regrole, regtype, isbn, isbn13, issn, issn13, ismn, ismn13, ean13, upc",
        LogicalType.BINARY: "bytea",
        LogicalType.DATE: "date",
        LogicalType.TIME: "time without time zone, time with time zone",
        LogicalType.TIMESTAMP: "timestamp without time zone",
        LogicalType.TIMESTAMP_TZ: "timestamp with time zone",
        LogicalType.INTERVAL: "interval",
        LogicalType.UUID: "uuid",
        LogicalType.JSON: "json, jsonb",
        LogicalType.XML: "xml",
        LogicalType.ENUM: "enum",
        LogicalType.ARRAY: "int2vector, oidvector",
        LogicalType.MAP: "hstore",
        LogicalType.STRUCT: "composite",
        LogicalType.RANGE: "range",
        LogicalType.SPATIAL: "point, line, lseg, box, path, polygon, circle, geometry, geography, raster, cube",
        LogicalType.NETWORK: "inet, cidr, macaddr, macaddr8",
        LogicalType.BITS: 'bit, "bit", bit varying',
        LogicalType.SEARCH: "tsvector, tsquery, gtsvector",
        LogicalType.VECTOR: "vector, halfvec, sparsevec",
        LogicalType.SKETCH: "hll, tdigest, ddsketch",
        LogicalType.UNKNOWN: INTERNAL,
    },
    _special,
    _unwrap,
    note="Arrays of anything are lists. A domain is what it is made of. Multiranges are ranges.",
)
