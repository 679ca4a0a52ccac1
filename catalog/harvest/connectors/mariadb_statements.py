"""The statements of the MariaDB connector, over information_schema. %(schemas)s names the schemas to read.

Names are compared as bytes, since a server may hold `Orders` and `orders`. No statement joins two of MariaDB's own
tables: they have no index, so that a join would grow with the square; rows are put together and grouped instead.
"""

from catalog.harvest.connectors.contract import Part
from catalog.sources.engines.mariadb import Server

_NAMES = "CONVERT(s USING utf8mb4), CONVERT(t USING utf8mb4)"
_KIND = """
    CASE WHEN table_type LIKE '%%VIEW' THEN 'view' WHEN create_options LIKE '%%partitioned%%' THEN 'partitioned_table'
        WHEN engine IN ('CONNECT', 'FEDERATED', 'SPIDER', 'S3', 'MRG_MyISAM') THEN 'foreign_table' ELSE 'table' END
"""
_CHECKS_OF_MYSQL = """
    (SELECT held.table_schema AS constraint_schema, held.table_name, rule.constraint_name, rule.check_clause
    FROM information_schema.CHECK_CONSTRAINTS AS rule
    JOIN information_schema.TABLE_CONSTRAINTS AS held ON held.constraint_schema = rule.constraint_schema
        AND held.constraint_name = rule.constraint_name AND held.constraint_type = 'CHECK') AS rules
"""
_IS_JSON = "check_clause = CONCAT('json_valid(`', constraint_name, '`)')"


def _checks(server: Server) -> str:
    return "information_schema.CHECK_CONSTRAINTS" if server.is_mariadb else _CHECKS_OF_MYSQL


def _indexed(server: Server) -> str:
    """Return what is indexed: a column, or in MySQL an expression."""
    return "column_name" if server.is_mariadb else "COALESCE(column_name, CONCAT('(', expression, ')'))"


def schemas(server: Server) -> str:
    """Return the statement for all schemas but the server's own."""
    comment = "schema_comment" if server.is_mariadb else "''"
    return f"SELECT schema_name, {comment} FROM information_schema.SCHEMATA WHERE schema_name NOT IN %(hidden)s"  # noqa: S608


def relations(server: Server) -> str:
    """Return the statement for a row a relation: with a fingerprint over the digests of all rows that speak of it."""
    return f"""
        SELECT {_NAMES}, MAX(kind), LEFT(SHA2(GROUP_CONCAT(HEX(digest) ORDER BY digest SEPARATOR ''), 256), 32),
            MAX(row_estimate), MAX(size_bytes), SUM(is_column), MAX(is_blind)
        FROM ({" UNION ALL ".join(_facts(server))}) AS fact
        GROUP BY s, t HAVING MAX(kind) IS NOT NULL
    """  # noqa: S608 - composed of our own constants


def _facts(server: Server) -> list[str]:
    checks = _checks(server)
    size = "data_length + index_length"
    return [
        _fact(
            "information_schema.TABLES",
            "table_type engine table_collation create_options table_comment",
            where="table_type <> 'SEQUENCE'",
            numbers=f"{_KIND} AS kind, table_rows AS row_estimate, {size} AS size_bytes, 0 AS is_column, 0 AS is_blind",
        ),
        _fact(
            "information_schema.VIEWS",
            "view_definition",
            numbers="NULL, NULL, NULL, 0, COALESCE(view_definition, '') = ''",
        ),
        _fact("information_schema.COLUMNS", _COLUMN, numbers="NULL, NULL, NULL, 1, 0"),
        _fact("information_schema.KEY_COLUMN_USAGE", f"constraint_name ordinal_position column_name {_TARGET}"),
        _fact(
            "information_schema.REFERENTIAL_CONSTRAINTS", "constraint_name update_rule delete_rule", "constraint_schema"
        ),
        _fact(checks, "constraint_name check_clause", "constraint_schema"),
        _fact("information_schema.STATISTICS", _INDEX, more=_indexed(server)),
        _fact("information_schema.PARTITIONS", _PARTITION, where="partition_name IS NOT NULL"),
    ]


_COLUMN = (
    "column_name ordinal_position column_default is_nullable column_type extra column_comment generation_expression"
)
_TARGET = "referenced_table_schema referenced_table_name referenced_column_name"
_INDEX = "index_name seq_in_index non_unique collation sub_part index_type"
_PARTITION = "partition_name partition_method partition_expression subpartition_method subpartition_expression"


def _fact(
    table: str,
    said: str,
    schema: str = "table_schema",
    *,
    where: str = "TRUE",
    more: str = "''",
    numbers: str = "NULL, NULL, NULL, 0, 0",
) -> str:
    """Return a statement for the digests of a table's rows, with the relation that each speaks of."""
    words = ", ".join(f"COALESCE({each}, '\\0')" for each in said.split())
    return f"""
        SELECT CAST({schema} AS BINARY) AS s, CAST(table_name AS BINARY) AS t,
            UNHEX(SHA2(CONCAT_WS('\\0', '{said}', {words}, {more}), 256)) AS digest, {numbers}
        FROM {table} WHERE {schema} IN %(schemas)s AND {where}
    """  # noqa: S608


def details(server: Server, part: Part, *, narrow: bool) -> str:
    """Return the statement of a part: of all relations in the schemas, or only of %(relations)s (a superset)."""
    statement = {Part.DETAILS: _details, Part.COLUMNS: _columns, Part.KEYS: _keys, Part.INDEXES: _indexes}[part](server)
    wanted = "({schema}, table_name) IN %(relations)s" if narrow else "{schema} IN %(schemas)s"
    for schema in ("table_schema", "constraint_schema"):
        statement = statement.replace(f"<{schema} wanted>", wanted.replace("{schema}", schema))
    return statement


def json_columns(server: Server) -> str:
    """Return the statement for the columns that MariaDB made from the word JSON: text, with a check."""
    return f"""
        SELECT constraint_schema, table_name, constraint_name FROM {_checks(server)}
        WHERE constraint_schema IN %(schemas)s AND {_IS_JSON}
    """  # noqa: S608


_RELATION = "CAST(table_schema AS BINARY) AS s, CAST(table_name AS BINARY) AS t"


def _details(_: Server) -> str:
    return f"""
        SELECT {_NAMES}, MAX(comment), MAX(definition), MAX(engine), MAX(collation), MAX(is_versioned),
            MAX(method), MAX(expression), COUNT(DISTINCT partition_name)
        FROM (
            SELECT {_RELATION}, 1 AS is_relation,
                IF(table_type LIKE '%%VIEW' OR engine IS NULL, '', table_comment) AS comment, NULL AS definition,
                engine, table_collation AS collation, table_type = 'SYSTEM VERSIONED' AS is_versioned,
                NULL AS method, NULL AS expression, NULL AS partition_name
            FROM information_schema.TABLES WHERE <table_schema wanted>
            UNION ALL
            SELECT {_RELATION}, 0, NULL, view_definition, NULL, NULL, 0, NULL, NULL, NULL
            FROM information_schema.VIEWS WHERE <table_schema wanted>
            UNION ALL
            SELECT {_RELATION}, 0, NULL, NULL, NULL, NULL, 0,
                CONCAT_WS(', ', partition_method, subpartition_method),
                CONCAT_WS(', ', partition_expression, subpartition_expression), partition_name
            FROM information_schema.PARTITIONS WHERE partition_name IS NOT NULL AND <table_schema wanted>
        ) AS fact
        GROUP BY s, t HAVING MAX(is_relation) = 1
    """  # noqa: S608


def _columns(_: Server) -> str:
    return """
        SELECT table_schema, table_name, ordinal_position, column_name, column_type,
            IF(data_type IN ('tinyint', 'bit'), column_type, data_type), IF(is_nullable = 'YES', 't', 'f'),
            IF(extra LIKE '%% GENERATED%%', COALESCE(generation_expression, ''),
                CONCAT_WS(' ', NULLIF(column_default, 'NULL'), IF(extra LIKE '%%on update%%',
                    CONCAT('ON UPDATE ', SUBSTRING(extra, LOCATE('on update', extra) + 10)), NULL))),
            IF(extra LIKE '%% GENERATED%%' OR extra LIKE '%%auto_increment%%', 't', 'f'), column_comment
        FROM information_schema.COLUMNS WHERE <table_schema wanted>
    """


def _list(column: str, order: str) -> str:
    """Return an expression for an array in PostgreSQL's text format, empty when there is nothing in it."""
    item = rf"""CONCAT('"', REPLACE(REPLACE({column}, '\\', '\\\\'), '"', '\\"'), '"')"""
    return f"CONCAT('{{', COALESCE(GROUP_CONCAT({item} ORDER BY {order} SEPARATOR ','), ''), '}}')"


def _quoted(column: str, order: str) -> str:
    return f"GROUP_CONCAT(CONCAT('`', {column}, '`') ORDER BY {order} SEPARATOR ', ')"


def _keys(server: Server) -> str:
    number = "ROW_NUMBER() OVER (PARTITION BY s, t, CAST(name AS BINARY) ORDER BY kind DESC, definition)"
    return f"""
        SELECT {_NAMES}, kind, CONCAT(name, CASE number WHEN 1 THEN '' WHEN 2 THEN CONCAT(' (', kind, ')')
                ELSE CONCAT(' (', kind, ' ', number, ')') END),
            parts, COALESCE(target_schema, ''), COALESCE(target_name, ''), target_parts, definition
        FROM (SELECT fact.*, {number} AS number FROM ({_column_keys()} UNION ALL {_check_keys(server)}) AS fact) AS fact
    """  # noqa: S608


def _column_keys() -> str:
    """Primary, unique and foreign keys; who may only SELECT does not see what a foreign key does ON DELETE."""
    target = "CONCAT(' REFERENCES `', MAX(target_schema), '`.`', MAX(target_name), '` (', "
    target += f"{_quoted('target_column', 'position')}, ')')"
    rules = "CONCAT(' ON UPDATE ', MAX(update_rule), ' ON DELETE ', MAX(delete_rule))"
    word = "CASE kind WHEN 'primary' THEN 'PRIMARY KEY' WHEN 'unique' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END"
    return f"""
        SELECT s, t, kind, name, {_list("part", "position")} AS parts, MAX(target_schema) AS target_schema,
            MAX(target_name) AS target_name, {_list("target_column", "position")} AS target_parts,
            CONCAT({word}, ' (', {_quoted("part", "position")}, ')', COALESCE({target}, ''), COALESCE({rules}, ''))
                AS definition
        FROM (
            SELECT {_RELATION}, constraint_name AS name, CASE WHEN referenced_table_name IS NOT NULL THEN 'foreign'
                    WHEN constraint_name = 'PRIMARY' THEN 'primary' ELSE 'unique' END AS kind,
                ordinal_position AS position, column_name AS part, referenced_table_schema AS target_schema,
                referenced_table_name AS target_name, referenced_column_name AS target_column,
                NULL AS update_rule, NULL AS delete_rule
            FROM information_schema.KEY_COLUMN_USAGE WHERE <table_schema wanted>
            UNION ALL
            SELECT CAST(constraint_schema AS BINARY), CAST(table_name AS BINARY), constraint_name, 'foreign',
                NULL, NULL, NULL, NULL, NULL, update_rule, delete_rule
            FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE <constraint_schema wanted>
        ) AS used
        GROUP BY s, t, kind, name
    """  # noqa: S608


def _check_keys(server: Server) -> str:
    """Checks; their columns are found in the definition. The check that makes text JSON is none of the user's."""
    return f"""
        SELECT CAST(constraint_schema AS BINARY), CAST(table_name AS BINARY), 'check', constraint_name, NULL, NULL,
            NULL, '{{}}', CONCAT('CHECK (', check_clause, ')')
        FROM {_checks(server)} WHERE <constraint_schema wanted> AND NOT {_IS_JSON}
    """  # noqa: S608


def _indexes(server: Server) -> str:
    part = f"CONCAT({_quoted_part(server)}, IF(sub_part IS NULL, '', CONCAT('(', sub_part, ')')), "
    part += "IF(collation = 'D', ' DESC', ''))"
    word = "CASE WHEN MAX(non_unique) = 0 THEN 'UNIQUE INDEX' WHEN MAX(index_type) IN ('FULLTEXT', 'SPATIAL') "
    word += "THEN CONCAT(MAX(index_type), ' INDEX') ELSE 'INDEX' END"
    return f"""
        SELECT {_NAMES}, name, IF(MAX(non_unique) = 0, 't', 'f'), {_list("part", "seq_in_index")},
            CONCAT({word}, ' `', name, '` (', GROUP_CONCAT(written ORDER BY seq_in_index SEPARATOR ', '), ') USING ',
                MAX(index_type))
        FROM (SELECT {_RELATION}, index_name AS name, non_unique, seq_in_index, index_type,
                LEFT({_indexed(server)}, 128) AS part, {part} AS written
            FROM information_schema.STATISTICS WHERE <table_schema wanted>) AS fact
        GROUP BY s, t, name
    """  # noqa: S608


def _quoted_part(server: Server) -> str:
    column = "CONCAT('`', column_name, '`')"
    return column if server.is_mariadb else f"COALESCE({column}, CONCAT('(', expression, ')'))"
