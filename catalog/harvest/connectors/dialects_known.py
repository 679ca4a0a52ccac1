"""The statements of each engine reached by dialect, and their connectors.

Redshift's run on PostgreSQL too and Snowflake's on a stand-in, which is how they are tested; what is proven, and what
is not, stands in docs/engines.md.
"""

from catalog.harvest.connectors.dialects import ByDialect
from catalog.harvest.connectors.dialects_information import Shown, Statements
from catalog.sources.engines import dialects_known as known

_STANDARD_KEYS = """
    SELECT rule.table_schema, rule.table_name,
        CASE rule.constraint_type WHEN 'PRIMARY KEY' THEN 'primary' WHEN 'UNIQUE' THEN 'unique' ELSE 'foreign' END,
        rule.constraint_name, part.column_name, target.table_schema, target.table_name, target.column_name
    FROM {place}.table_constraints AS rule
    JOIN {place}.key_column_usage AS part
        ON part.constraint_schema = rule.constraint_schema AND part.constraint_name = rule.constraint_name
        AND part.table_name = rule.table_name
    LEFT JOIN {place}.referential_constraints AS reference
        ON reference.constraint_schema = rule.constraint_schema AND reference.constraint_name = rule.constraint_name
        AND rule.constraint_type = 'FOREIGN KEY'
    LEFT JOIN {place}.key_column_usage AS target
        ON target.constraint_schema = reference.unique_constraint_schema
        AND target.constraint_name = reference.unique_constraint_name
        AND target.ordinal_position = part.position_in_unique_constraint
    WHERE rule.table_schema IN :schemas AND rule.constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
    ORDER BY rule.table_schema, rule.table_name, rule.constraint_name, part.ordinal_position
"""

_SNOWFLAKE_PRIMARY = ("schema_name", "table_name", "constraint_name", "column_name")
_SNOWFLAKE_FOREIGN = (
    *("fk_schema_name", "fk_table_name", "fk_name", "fk_column_name"),
    *("pk_schema_name", "pk_table_name", "pk_column_name"),
)
SNOWFLAKE = Statements(
    relations="""
        SELECT found.table_schema, found.table_name, found.table_type, found.comment, looks.view_definition,
            found.row_count, found.bytes
        FROM {place}.tables AS found LEFT JOIN {place}.views AS looks
            ON looks.table_schema = found.table_schema AND looks.table_name = found.table_name
        WHERE found.table_schema IN :schemas
    """,
    columns="""
        SELECT table_schema, table_name, ordinal_position, column_name,
            CASE WHEN data_type = 'NUMBER' THEN 'NUMBER(' || numeric_precision || ',' || numeric_scale || ')'
                WHEN data_type = 'TEXT' THEN 'VARCHAR(' || character_maximum_length || ')' ELSE data_type END,
            is_nullable, column_default, comment, is_identity
        FROM {place}.columns WHERE table_schema IN :schemas ORDER BY table_schema, table_name, ordinal_position
    """,
    shown=(
        Shown("primary", "SHOW PRIMARY KEYS IN DATABASE", _SNOWFLAKE_PRIMARY),
        Shown("unique", "SHOW UNIQUE KEYS IN DATABASE", _SNOWFLAKE_PRIMARY),
        Shown("foreign", "SHOW IMPORTED KEYS IN DATABASE", _SNOWFLAKE_FOREIGN),
    ),
)

BIGQUERY = Statements(
    relations="""
        SELECT found.table_schema, found.table_name, found.table_type, said.option_value, looks.view_definition,
            stored.total_rows, stored.total_logical_bytes
        FROM {place}.TABLES AS found
        LEFT JOIN {place}.VIEWS AS looks
            ON looks.table_schema = found.table_schema AND looks.table_name = found.table_name
        LEFT JOIN {place}.TABLE_OPTIONS AS said
            ON said.table_schema = found.table_schema AND said.table_name = found.table_name
            AND said.option_name = 'description'
        LEFT JOIN {place}.TABLE_STORAGE AS stored
            ON stored.table_schema = found.table_schema AND stored.table_name = found.table_name
        WHERE found.table_schema IN :schemas
    """,
    columns="""
        SELECT found.table_schema, found.table_name, found.ordinal_position, found.column_name, found.data_type,
            found.is_nullable, NULLIF(found.column_default, 'NULL'), said.description, 'NO'
        FROM {place}.COLUMNS AS found
        LEFT JOIN {place}.COLUMN_FIELD_PATHS AS said
            ON said.table_schema = found.table_schema AND said.table_name = found.table_name
            AND said.field_path = found.column_name
        WHERE found.table_schema IN :schemas
    """,
)

REDSHIFT = Statements(
    relations="""
        SELECT place.nspname, relation.relname,
            CASE relation.relkind WHEN 'v' THEN 'VIEW' ELSE 'BASE TABLE' END, said.description,
            CASE relation.relkind WHEN 'v' THEN pg_get_viewdef(relation.oid, true) END, NULL, NULL
        FROM pg_class AS relation JOIN pg_namespace AS place ON place.oid = relation.relnamespace
        LEFT JOIN pg_description AS said
            ON said.objoid = relation.oid AND said.objsubid = 0 AND said.classoid = 'pg_class'::regclass
        WHERE place.nspname IN :schemas AND relation.relkind IN ('r', 'v') AND relation.relname NOT LIKE 'mv_tbl__%'
    """,
    columns="""
        SELECT place.nspname, relation.relname, part.attnum, part.attname,
            format_type(part.atttypid, part.atttypmod), CASE WHEN part.attnotnull THEN 'NO' ELSE 'YES' END,
            pg_get_expr(initial.adbin, initial.adrelid), said.description, 'NO'
        FROM pg_attribute AS part
        JOIN pg_class AS relation ON relation.oid = part.attrelid
        JOIN pg_namespace AS place ON place.oid = relation.relnamespace
        LEFT JOIN pg_attrdef AS initial ON initial.adrelid = part.attrelid AND initial.adnum = part.attnum
        LEFT JOIN pg_description AS said
            ON said.objoid = part.attrelid AND said.objsubid = part.attnum AND said.classoid = 'pg_class'::regclass
        WHERE place.nspname IN :schemas AND relation.relkind IN ('r', 'v') AND part.attnum > 0
            AND NOT part.attisdropped AND relation.relname NOT LIKE 'mv_tbl__%'
    """,
    keys=(_STANDARD_KEYS,),
)

DATABRICKS = Statements(
    relations="""
        SELECT found.table_schema, found.table_name, found.table_type, found.comment, looks.view_definition, NULL, NULL
        FROM {place}.tables AS found LEFT JOIN {place}.views AS looks
            ON looks.table_schema = found.table_schema AND looks.table_name = found.table_name
        WHERE found.table_schema IN :schemas
    """,
    columns="""
        SELECT table_schema, table_name, ordinal_position, column_name, full_data_type, is_nullable, column_default,
            comment, CASE WHEN is_identity = 'YES' OR is_generated = 'ALWAYS' THEN 'YES' ELSE 'NO' END
        FROM {place}.columns WHERE table_schema IN :schemas
    """,
    keys=(_STANDARD_KEYS,),
)

_SQL_SERVER_VIEWS = """
    SELECT looks.name, code.definition FROM sys.views AS looks
    JOIN sys.sql_modules AS code ON code.object_id = looks.object_id
    JOIN sys.schemas AS place ON place.schema_id = looks.schema_id WHERE place.name IN :schemas
"""
_ORACLE_VIEWS = "SELECT view_name, text_vc FROM all_views WHERE lower(owner) IN :schemas OR owner IN :schemas"

SNOWFLAKE_CONNECTOR = ByDialect(known.SNOWFLAKE, SNOWFLAKE)
BIGQUERY_CONNECTOR = ByDialect(known.BIGQUERY, BIGQUERY)
REDSHIFT_CONNECTOR = ByDialect(known.REDSHIFT, REDSHIFT)
DATABRICKS_CONNECTOR = ByDialect(known.DATABRICKS, DATABRICKS)
SQL_SERVER_CONNECTOR = ByDialect(known.SQL_SERVER, views=_SQL_SERVER_VIEWS)
ORACLE_CONNECTOR = ByDialect(known.ORACLE, views=_ORACLE_VIEWS)
