"""The statements of the PostgreSQL connector. Braces name literals that the connector quotes."""

from catalog.harvest.connectors.contract import Part

_SCHEMAS_WANTED = """
    namespace.nspname !~ '^pg_' AND namespace.nspname <> 'information_schema'
    AND NOT namespace.nspname ~ ANY ({left_out}::text[])
    AND ({only}::text[] IS NULL OR namespace.nspname = ANY ({only}::text[]))
"""

_SCHEMAS = f"""
    SELECT namespace.nspname, COALESCE(said.description, ''), {{footprint}}
    FROM pg_namespace AS namespace
    LEFT JOIN pg_description AS said
        ON said.objoid = namespace.oid AND said.classoid = 'pg_namespace'::regclass AND said.objsubid = 0
    WHERE {_SCHEMAS_WANTED}
"""  # noqa: S608 - composed of our own constants

SCHEMA_NAMES = f"SELECT namespace.nspname FROM pg_namespace AS namespace WHERE {_SCHEMAS_WANTED}"  # noqa: S608

CLOSED_SCHEMAS = f"""
    SELECT namespace.nspname FROM pg_namespace AS namespace
    WHERE {_SCHEMAS_WANTED} AND NOT has_schema_privilege(namespace.oid, 'USAGE') ORDER BY 1
"""  # noqa: S608

VIEWS = f"""
    SELECT relation.oid, quote_ident(namespace.nspname) || '.' || quote_ident(relation.relname)
    FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
    WHERE relation.relkind IN ('v', 'm') AND {_SCHEMAS_WANTED} ORDER BY 2
"""  # noqa: S608

# Each detail is one row per fact with the relation's oid first. {scope} narrows it to some relations, or to all.
_DETAIL = """
    SELECT relation.oid AS relation, COALESCE(said.description, '') AS comment,
        CASE WHEN relation.relkind IN ('v', 'm') AND relation.oid <> ALL ({unreadable}::oid[])
            THEN COALESCE(pg_get_viewdef(relation.oid, true), '') ELSE '' END AS definition,
        '{{}}' AS properties
    FROM pg_class AS relation
    LEFT JOIN pg_description AS said
        ON said.objoid = relation.oid AND said.classoid = 'pg_class'::regclass AND said.objsubid = 0
    WHERE {scope}
"""

_POSITION = "row_number() OVER (PARTITION BY part.attrelid ORDER BY part.attnum)"
_COLUMN = f"""
    SELECT part.attrelid AS relation, {_POSITION} AS position,
        part.attname AS name,
        format_type(part.atttypid, part.atttypmod) AS data_type,
        CASE kind.typtype WHEN 'd' THEN (
                WITH RECURSIVE made_of (oid, typmod) AS (
                    SELECT kind.typbasetype, kind.typtypmod
                    UNION ALL
                    SELECT domain.typbasetype, domain.typtypmod
                    FROM made_of JOIN pg_type AS domain ON domain.oid = made_of.oid AND domain.typtype = 'd'
                )
                SELECT CASE base.typtype WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
                    WHEN 'm' THEN 'range' ELSE format_type(made_of.oid, made_of.typmod) END
                FROM made_of JOIN pg_type AS base ON base.oid = made_of.oid AND base.typtype <> 'd'
            ) WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' WHEN 'm' THEN 'range'
            ELSE format_type(part.atttypid, part.atttypmod) END AS base_type,
        NOT part.attnotnull AS is_nullable,
        COALESCE(pg_get_expr(initial.adbin, initial.adrelid), '') AS initial,
        part.attgenerated <> '' OR part.attidentity <> '' AS is_generated,
        COALESCE(said.description, '') AS comment
    FROM pg_attribute AS part
    JOIN pg_class AS relation ON relation.oid = part.attrelid
    JOIN pg_type AS kind ON kind.oid = part.atttypid
    LEFT JOIN pg_attrdef AS initial ON initial.adrelid = part.attrelid AND initial.adnum = part.attnum
    LEFT JOIN pg_description AS said
        ON said.objoid = part.attrelid AND said.classoid = 'pg_class'::regclass AND said.objsubid = part.attnum
    WHERE part.attnum > 0 AND NOT part.attisdropped AND {{scope}}
"""  # noqa: S608

_KEY = """
    SELECT rule.conrelid AS relation,
        CASE rule.contype WHEN 'p' THEN 'primary' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign'
            WHEN 'c' THEN 'check' ELSE 'exclusion' END AS kind,
        rule.conname AS name,
        COALESCE((SELECT array_agg(part.attname ORDER BY spot.number)
            FROM unnest(rule.conkey) WITH ORDINALITY AS spot (attnum, number)
            JOIN pg_attribute AS part ON part.attrelid = rule.conrelid AND part.attnum = spot.attnum), '{{}}')
            AS columns,
        COALESCE(target_schema.nspname, '') AS target_schema, COALESCE(target.relname, '') AS target_name,
        COALESCE((SELECT array_agg(part.attname ORDER BY spot.number)
            FROM unnest(rule.confkey) WITH ORDINALITY AS spot (attnum, number)
            JOIN pg_attribute AS part ON part.attrelid = rule.confrelid AND part.attnum = spot.attnum), '{{}}')
            AS target_columns,
        COALESCE(pg_get_constraintdef(rule.oid), '') AS definition
    FROM pg_constraint AS rule
    JOIN pg_class AS relation ON relation.oid = rule.conrelid
    LEFT JOIN pg_class AS target ON target.oid = rule.confrelid
    LEFT JOIN pg_namespace AS target_schema ON target_schema.oid = target.relnamespace
    WHERE rule.contype IN ('p', 'u', 'f', 'c', 'x') AND {scope}
"""

_INDEX = """
    SELECT entry.indrelid AS relation, named.relname AS name, entry.indisunique AS is_unique,
        (SELECT array_agg(left(COALESCE(part.attname, pg_get_indexdef(entry.indexrelid, spot.number::int, true)), 128)
                          ORDER BY spot.number)
            FROM unnest(entry.indkey::int2[]) WITH ORDINALITY AS spot (attnum, number)
            LEFT JOIN pg_attribute AS part
                ON part.attrelid = entry.indrelid AND part.attnum = spot.attnum AND spot.attnum > 0) AS columns,
        COALESCE(pg_get_indexdef(entry.indexrelid), '') AS definition
    FROM pg_index AS entry
    JOIN pg_class AS relation ON relation.oid = entry.indrelid
    JOIN pg_class AS named ON named.oid = entry.indexrelid
    WHERE {scope}
"""

_ALL = "relation.oid IN (SELECT oid FROM wanted)"


def _digest(text: str) -> str:
    """Return 128 bits of SHA-256 (MD5 is refused by servers that run under FIPS rules)."""
    return f"left(encode(sha256(convert_to({text}, getdatabaseencoding())), 'hex'), 32)"


def _digests(part: str, facts: str, order: str) -> str:
    """Return one digest per relation over these facts; its oid is not among them, so that a restored copy is equal."""
    rows = part.replace("{scope}", _ALL)
    row = f"ROW({', '.join(f'fact.{name}' for name in facts.split())})::text"
    line_feed = "E'\\n'"
    return (
        f"SELECT fact.relation, {_digest(f'string_agg({row}, {line_feed} ORDER BY fact.{order})')} AS digest"  # noqa: S608
        f" FROM ({rows}) AS fact GROUP BY fact.relation"
    )


_DETAIL_DIGESTS = _digests(_DETAIL, "comment definition properties", "relation")
# What follows from another fact is left out of the digest, so that the server need not work it out: the position from
# the order, what a key or an index names from its definition.
_COLUMN_FACTS = "name data_type base_type is_nullable initial is_generated comment"
_COLUMN_DIGESTS = _digests(_COLUMN.replace(_POSITION, "part.attnum"), _COLUMN_FACTS, "position")
_KEY_DIGESTS = _digests(_KEY, "kind name definition", "name")
_INDEX_DIGESTS = _digests(_INDEX, "name is_unique definition", "name")
_FINGERPRINT = _digest("concat_ws('|', wanted.relkind, detail.digest, columns.digest, keys.digest, indexes.digest)")

# A partitioned table stands for its partitions: they are counted in its numbers and not listed.
# The history is what ANALYZE has left of time columns that the account may read: the view shows no others. Days outside
# of those that history.py believes are passed over: as text they are told from what no date can hold.
_WANTED = f"""
    WITH RECURSIVE wanted AS (
        SELECT relation.oid, namespace.nspname, relation.relname, relation.relkind
        FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
        WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relation.relispartition AND {_SCHEMAS_WANTED}
    ),
    storage (root, oid) AS (
        SELECT oid, oid FROM wanted
        UNION ALL
        SELECT storage.root, child.inhrelid FROM storage
        JOIN pg_inherits AS child ON child.inhparent = storage.oid
        JOIN pg_class AS partition ON partition.oid = child.inhrelid AND partition.relispartition
    ),
    vitals AS (
        SELECT storage.root,
            sum(relation.reltuples::bigint) FILTER (WHERE relation.reltuples >= 0) AS row_estimate,
            sum(relation.relpages::bigint + COALESCE(toast.relpages, 0) + COALESCE(indexed.pages, 0))
                FILTER (WHERE relation.reltuples >= 0) * current_setting('block_size')::bigint AS size_bytes,
            sum(pg_stat_get_tuples_inserted(storage.oid) + pg_stat_get_tuples_updated(storage.oid)
                + pg_stat_get_tuples_deleted(storage.oid)) AS write_count
        FROM storage
        JOIN pg_class AS relation ON relation.oid = storage.oid AND relation.relkind IN ('r', 'm')
        LEFT JOIN pg_class AS toast ON toast.oid = relation.reltoastrelid
        LEFT JOIN (SELECT entry.indrelid, sum(named.relpages::bigint) AS pages
                   FROM pg_index AS entry JOIN pg_class AS named ON named.oid = entry.indexrelid
                   GROUP BY entry.indrelid) AS indexed ON indexed.indrelid = storage.oid
        GROUP BY storage.root
    ),
    history AS (
        SELECT storage.root, min(told.day) AS first, max(told.day) AS last
        FROM storage
        JOIN pg_class AS relation ON relation.oid = storage.oid
        JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
        JOIN pg_attribute AS part ON part.attrelid = storage.oid AND part.attnum > 0 AND NOT part.attisdropped
            AND part.atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)
        JOIN pg_stats AS known ON known.schemaname = namespace.nspname AND known.tablename = relation.relname
            AND known.attname = part.attname
        CROSS JOIN LATERAL unnest(COALESCE(known.histogram_bounds::text::text[], ARRAY[]::text[])
            || COALESCE(known.most_common_vals::text::text[], ARRAY[]::text[])) AS written (value)
        CROSS JOIN LATERAL (SELECT CASE
            WHEN written.value ~ '^(19[0-9][0-9]|20[0-9][0-9]|2100)-[01][0-9]-[0-3][0-9]' AND written.value !~ 'BC$'
            THEN left(written.value, 10)::date END AS day) AS told
        WHERE told.day IS NOT NULL
        GROUP BY storage.root
    )
"""  # noqa: S608


def _relations(fingerprint: str, digests: str) -> str:
    return f"""
    {_WANTED}
    SELECT wanted.oid, wanted.nspname, wanted.relname,
        CASE wanted.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned_table' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'materialized_view' ELSE 'foreign_table' END,
        {fingerprint},
        vitals.row_estimate, vitals.size_bytes, vitals.write_count, history.first, history.last
    FROM wanted
    LEFT JOIN vitals ON vitals.root = wanted.oid
    LEFT JOIN history ON history.root = wanted.oid
    {digests}
"""  # noqa: S608


_RELATIONS = _relations(
    _FINGERPRINT,
    f"""
    LEFT JOIN ({_DETAIL_DIGESTS}) AS detail ON detail.relation = wanted.oid
    LEFT JOIN ({_COLUMN_DIGESTS}) AS columns ON columns.relation = wanted.oid
    LEFT JOIN ({_KEY_DIGESTS}) AS keys ON keys.relation = wanted.oid
    LEFT JOIN ({_INDEX_DIGESTS}) AS indexes ON indexes.relation = wanted.oid
    """,
)
RELATIONS_AS_KNOWN = _relations("NULL", "")
"""The relations with their vitals, of a catalog whose footprint says that nothing else has changed."""

_SOME = "relation.oid IN (SELECT unnest({oids}::oid[]))"
OVERVIEWS = {Part.SCHEMAS: _SCHEMAS, Part.RELATIONS: _RELATIONS}
DETAILS = {
    Part.DETAILS: _DETAIL.replace("{scope}", _SOME),
    Part.COLUMNS: _COLUMN.replace("{scope}", _SOME),
    Part.KEYS: _KEY.replace("{scope}", _SOME),
    Part.INDEXES: _INDEX.replace("{scope}", _SOME),
}
