"""What a MariaDB or MySQL server can do, for the choice between following changes and reading anew."""

import re
from typing import Any

from catalog.sources.engines.mariadb.line import Line
from catalog.sources.engines.update_columns import UPDATE_COLUMN

SYSTEM_SCHEMAS = ("information_schema", "mysql", "performance_schema", "sys")
_NAMES_SHOWN = 10
_SETTINGS = (
    *("log_bin", "binlog_format", "binlog_row_image", "server_id", "expire_logs_days", "binlog_expire_logs_seconds"),
    *("performance_schema", "read_only", "gtid_mode", "require_secure_transport"),
)
_READS_LOG = {"REPLICATION SLAVE", "REPLICATION REPLICA", "ALL PRIVILEGES"}
_SEES_STATE = {"REPLICATION CLIENT", "BINLOG MONITOR", "SUPER", "ALL PRIVILEGES"}

_KEYLESS = """
    SELECT CONVERT(known.s USING utf8mb4), CONVERT(known.t USING utf8mb4)
    FROM (
        SELECT CAST(table_schema AS BINARY) AS s, CAST(table_name AS BINARY) AS t, 1 AS is_table, 0 AS has_key
        FROM information_schema.TABLES
        WHERE table_schema NOT IN %(hidden)s AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
            AND (%(database)s = '' OR table_schema = %(database)s)
        UNION ALL
        SELECT CAST(table_schema AS BINARY), CAST(table_name AS BINARY), 0, 1
        FROM information_schema.STATISTICS
        WHERE table_schema NOT IN %(hidden)s AND index_name = 'PRIMARY'
            AND (%(database)s = '' OR table_schema = %(database)s)
    ) AS known
    GROUP BY known.s, known.t HAVING MAX(known.is_table) = 1 AND MAX(known.has_key) = 0
    ORDER BY known.s, known.t
"""
_UPDATE_COLUMNS = """
    SELECT CONVERT(known.s USING utf8mb4), CONVERT(known.t USING utf8mb4), CONVERT(known.c USING utf8mb4),
        MAX(known.is_first)
    FROM (
        SELECT CAST(table_schema AS BINARY) AS s, CAST(table_name AS BINARY) AS t, CAST(column_name AS BINARY) AS c,
            1 AS is_column, 0 AS is_first
        FROM information_schema.COLUMNS
        WHERE table_schema NOT IN %(hidden)s AND data_type IN ('timestamp', 'datetime')
            AND (%(database)s = '' OR table_schema = %(database)s)
            AND (LOWER(column_name) RLIKE %(pattern)s OR extra LIKE '%%on update%%')
        UNION ALL
        SELECT CAST(table_schema AS BINARY), CAST(table_name AS BINARY), CAST(column_name AS BINARY), 0, 1
        FROM information_schema.STATISTICS
        WHERE table_schema NOT IN %(hidden)s AND seq_in_index = 1 AND column_name IS NOT NULL
            AND (%(database)s = '' OR table_schema = %(database)s)
    ) AS known
    GROUP BY known.s, known.t, known.c HAVING MAX(known.is_column) = 1
    ORDER BY known.s, known.t, known.c
"""


def capabilities(line: Line, database: str) -> dict[str, Any]:
    """Return what the server's settings, the user's rights and the tables allow."""
    settings = _settings(line)
    rights = _rights(line)
    facts = {"hidden": SYSTEM_SCHEMAS, "database": database, "pattern": UPDATE_COLUMN}
    keyless = [f"{schema}.{table}" for schema, table in line.rows(_KEYLESS, facts)]
    return {
        **settings,
        "may_read_log": bool(rights & _READS_LOG),
        "may_see_log_state": bool(rights & _SEES_STATE),
        "tables_without_key": {"count": len(keyless), "first": keyless[:_NAMES_SHOWN]},
        "update_columns": _update_columns(line.rows(_UPDATE_COLUMNS, facts)),
        "cdc": _verdict(settings, rights, len(keyless)),
    }


def _settings(line: Line) -> dict[str, Any]:
    found = line.rows("SHOW GLOBAL VARIABLES WHERE variable_name IN %(names)s", {"names": _SETTINGS})
    return {str(name): _typed(value or "") for name, value in found}


def _typed(value: str) -> Any:
    if value.isdecimal():
        return int(value)
    return {"ON": True, "OFF": False}.get(value, value)


def _rights(line: Line) -> set[str]:
    """Return the rights on the whole server; replication can be granted on nothing smaller."""
    grants = [re.match(r"GRANT (.+) ON \*\.\* TO ", row[0] or "") for row in line.rows("SHOW GRANTS")]
    return {right.strip() for grant in grants if grant for right in grant[1].split(",")}


def _update_columns(rows: list[tuple[str | None, ...]]) -> dict[str, Any]:
    columns = [
        {"table": f"{schema}.{table}", "column": column, "is_indexed": is_first == "1"}
        for schema, table, column, is_first in rows
    ]
    tables = {column["table"] for column in columns}
    return {"tables": len(tables), "count": len(columns), "first": columns[:_NAMES_SHOWN]}


def _verdict(settings: dict[str, Any], rights: set[str], keyless: int) -> dict[str, Any]:
    missing = list(_missing(settings, rights))
    if missing:
        return {"possible": False, "missing": missing, "why": "Changes can't be followed one by one as things are."}
    why = "The binary log holds every changed row, and the user may read it."
    if keyless:
        tables = "1 table has" if keyless == 1 else f"{keyless} tables have"
        why += f" {tables} no primary key: which row was changed there can't be told for sure."
    return {"possible": True, "missing": [], "why": why}


def _missing(settings: dict[str, Any], rights: set[str]) -> list[str]:
    checks = {
        "The binary log is off. Have log_bin set in the server's configuration and the server restarted.": (
            settings.get("log_bin") is True
        ),
        f"binlog_format is {settings.get('binlog_format')}, not ROW: statements are logged instead of rows. "
        "Have it set to ROW.": settings.get("binlog_format") == "ROW",
        f"binlog_row_image is {settings.get('binlog_row_image')}, not FULL: rows are logged in part. "
        "Have it set to FULL.": settings.get("binlog_row_image", "FULL") == "FULL",
        "server_id is 0. Have a number of its own given to the server.": settings.get("server_id") != 0,
        "The user may not read the binary log. Have run: GRANT REPLICATION SLAVE ON *.* TO …": bool(
            rights & _READS_LOG
        ),
        "The user may not ask where the binary log stands. Have run: GRANT REPLICATION CLIENT ON *.* TO …": bool(
            rights & _SEES_STATE
        ),
    }
    return [words for words, is_met in checks.items() if not is_met]
