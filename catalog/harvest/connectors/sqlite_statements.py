"""The statements of the SQLite connector. All but the first three take a JSON list of names to keep away from."""

_OURS = r"m.name NOT LIKE 'sqlite\_%' ESCAPE '\'"

RELATIONS = f"""
    SELECT m.name, listed.type, COALESCE(m.sql, '')
    FROM sqlite_schema AS m JOIN pragma_table_list AS listed ON listed.schema = 'main' AND listed.name = m.name
    WHERE m.type IN ('table', 'view') AND listed.type <> 'shadow' AND {_OURS} ORDER BY m.name
"""  # noqa: S608 - composed of our own constants, as all below
HAS_ESTIMATES = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'"
ESTIMATES = """
    SELECT tbl, max(CAST(CASE WHEN instr(stat, ' ') THEN substr(stat, 1, instr(stat, ' ') - 1) ELSE stat END
        AS integer)) FROM sqlite_stat1 GROUP BY tbl
"""

_ANY = f"m.type IN ('table', 'view') AND {_OURS} AND m.name NOT IN (SELECT value FROM json_each(?))"  # noqa: S608
_TABLES = f"m.type = 'table' AND {_OURS} AND m.name NOT IN (SELECT value FROM json_each(?))"  # noqa: S608

# Fails when one of the named can't be described.
DESCRIBED = """
    SELECT count(part.name) FROM sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS part
    WHERE m.name IN (SELECT value FROM json_each(?))
"""
# A column that is an INTEGER and the whole primary key is the row's number and never empty.
COLUMNS = f"""
    SELECT m.name, row_number() OVER (PARTITION BY m.name ORDER BY part.cid), part.name, part.type,
        part."notnull" OR (part.pk > 0 AND upper(part.type) = 'INTEGER'
            AND count(*) FILTER (WHERE part.pk > 0) OVER (PARTITION BY m.name) = 1),
        part.dflt_value, part.hidden
    FROM sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS part
    WHERE part.hidden <> 1 AND {_ANY} ORDER BY m.name, part.cid
"""  # noqa: S608
PRIMARY_KEYS = f"""
    SELECT m.name, part.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS part
    WHERE part.pk > 0 AND {_TABLES} ORDER BY m.name, part.pk
"""  # noqa: S608
FOREIGN_KEYS = f"""
    SELECT m.name, part.id, part."table", part."from", part."to",
        CASE part.on_delete WHEN 'NO ACTION' THEN '' ELSE 'ON DELETE ' || part.on_delete END
    FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS part
    WHERE {_TABLES} ORDER BY m.name, part.id DESC, part.seq
"""  # noqa: S608
INDEXES = f"""
    SELECT m.name, listed.name, listed."unique", listed.origin, part.name, made.sql
    FROM sqlite_schema AS m JOIN pragma_index_list(m.name) AS listed JOIN pragma_index_xinfo(listed.name) AS part
    LEFT JOIN sqlite_schema AS made ON made.type = 'index' AND made.name = listed.name
    WHERE part.key AND {_TABLES} ORDER BY m.name, listed.name, part.seqno
"""  # noqa: S608
