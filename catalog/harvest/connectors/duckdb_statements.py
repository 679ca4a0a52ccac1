"""The statements of the DuckDB connector."""

_HERE = "database_name = current_database()"

# DuckDB calls its own schema “main” internal, though people's tables lie there.
SCHEMAS = f"""
    SELECT schema_name, COALESCE(comment, '') FROM duckdb_schemas()
    WHERE {_HERE} AND (NOT internal OR schema_name = 'main') ORDER BY schema_name
"""  # noqa: S608 - composed of our own constants, as all here
TABLES = f"""
    SELECT schema_name, table_name, COALESCE(comment, ''), estimated_size, tags
    FROM duckdb_tables() WHERE {_HERE} AND NOT internal
"""  # noqa: S608
VIEWS = f"""
    SELECT schema_name, view_name, COALESCE(comment, ''), COALESCE(sql, '')
    FROM duckdb_views() WHERE {_HERE} AND NOT internal
"""  # noqa: S608
COLUMNS = f"""
    SELECT schema_name, table_name, column_index, column_name, data_type, is_nullable,
        COALESCE(column_default, ''), COALESCE(comment, '')
    FROM duckdb_columns() WHERE {_HERE} AND NOT internal ORDER BY table_oid, column_index
"""  # noqa: S608
KEYS = f"""
    SELECT schema_name, table_name, constraint_type, constraint_name, constraint_column_names,
        COALESCE(referenced_table, ''), COALESCE(referenced_column_names, []), constraint_text
    FROM duckdb_constraints() WHERE {_HERE} AND constraint_type <> 'NOT NULL'
    ORDER BY table_oid, constraint_index
"""  # noqa: S608
INDEXES = f"""
    SELECT schema_name, table_name, index_name, is_unique, CAST(expressions AS varchar[]), COALESCE(sql, '')
    FROM duckdb_indexes() WHERE {_HERE} ORDER BY table_oid, index_name
"""  # noqa: S608
