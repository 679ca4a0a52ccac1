"""The footprint of a PostgreSQL catalog: one digest that differs whenever anything that a harvest reads may differ.

Every row of the system catalogs carries the transaction that wrote it (xmin), so that hashing two numbers a row finds
any change at a twentieth of what describing the relations costs. What is rewritten without a change, as by GRANT or
by a restored copy, only costs the comparison of the relations' own fingerprints.
"""

# ruff: noqa: S608 - composed of our own constants

_READER = 1  # counts up when the statements of the connector read other facts than before

# Hidden from the footprint: temporary tables of other sessions, which come and go.
_PASSING = "SELECT oid FROM pg_class WHERE relpersistence = 't'"

# Each gives (key, number). Rows of the server itself, below 16384, move with its version only.
_ROWS = (
    # Not by xmin: TRUNCATE and the like rewrite the row of a table whose shape stays.
    """SELECT oid::bigint, hashtextextended(concat_ws(' ', relname, relnamespace, relkind, relispartition,
        reltype, relam, reltablespace, reloptions), 0)
        FROM pg_class WHERE oid >= 16384 AND relpersistence <> 't' AND relkind <> 't'""",
    f"""SELECT attrelid::bigint * 65536 + attnum, xmin::text::bigint FROM pg_attribute
        WHERE attrelid >= 16384 AND attnum > 0 AND attrelid NOT IN ({_PASSING})""",
    f"""SELECT objoid::bigint * 65536 + objsubid, xmin::text::bigint FROM pg_description
        WHERE objoid NOT IN ({_PASSING}) AND classoid IN ('pg_class'::regclass, 'pg_namespace'::regclass)""",
    f"SELECT oid::bigint, xmin::text::bigint FROM pg_constraint WHERE conrelid NOT IN ({_PASSING})",
    f"SELECT indexrelid::bigint, xmin::text::bigint FROM pg_index WHERE indrelid NOT IN ({_PASSING})",
    f"SELECT oid::bigint, xmin::text::bigint FROM pg_attrdef WHERE adrelid NOT IN ({_PASSING})",
    f"SELECT oid::bigint, xmin::text::bigint FROM pg_rewrite WHERE ev_class NOT IN ({_PASSING})",
    f"SELECT inhrelid::bigint, xmin::text::bigint FROM pg_inherits WHERE inhrelid NOT IN ({_PASSING})",
    """SELECT oid::bigint, hashtextextended(concat_ws(' ', nspname), 0) FROM pg_namespace
        WHERE nspname !~ '^pg_(toast_)?temp_'""",
    """SELECT oid::bigint, xmin::text::bigint FROM pg_type WHERE oid >= 16384 AND typnamespace NOT IN (
        SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_')""",
    # Views, defaults and indexes name these.
    *(
        f"SELECT oid::bigint, xmin::text::bigint FROM {catalog} WHERE oid >= 16384"
        for catalog in ("pg_proc", "pg_operator", "pg_opclass", "pg_collation", "pg_am")
    ),
)

_SUMS = " UNION ALL ".join(
    f"SELECT {place} AS place, count(*) AS rows, sum(hashint8extended(key # (number << 24), {place})) AS sum, "
    f"sum(hashint8extended(key - number, {place})) AS second FROM ({rows}) AS row_{place} (key, number)"
    for place, rows in enumerate(_ROWS)
)
FOOTPRINT = f"""
    SELECT left(encode(sha256(convert_to(
        concat_ws('|', '{_READER}', version(), string_agg(concat_ws(',', rows, sum, second), '|' ORDER BY place)),
        'SQL_ASCII')), 'hex'), 32)
    FROM ({_SUMS}) AS sums
"""
