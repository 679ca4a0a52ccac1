"""What a PostgreSQL server can do, for the choice between following changes and reading anew."""

from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from catalog.sources.engines.update_columns import UPDATE_COLUMN

_NAMES_SHOWN = 10
_REPLICAS_DECODE = 160_000

_SERVER: LiteralString = """
    SELECT current_setting('wal_level') AS wal_level,
           pg_is_in_recovery() AS read_only,
           role.rolreplication OR role.rolsuper
               OR EXISTS (SELECT FROM pg_roles AS cloud WHERE cloud.rolname = 'rds_replication'
                          AND pg_has_role(role.oid, cloud.oid, 'member')) AS may_replicate,
           CASE WHEN isfinite(role.rolvaliduntil) THEN role.rolvaliduntil END AS password_expires_at,
           current_setting('max_replication_slots')::int
               - (SELECT count(*) FROM pg_replication_slots)::int AS free_replication_slots,
           current_setting('max_replication_slots')::int AS max_replication_slots,
           current_setting('max_wal_senders')::int AS max_wal_senders,
           (SELECT count(*) FROM pg_stat_replication)::int AS wal_senders_in_use,
           ARRAY(SELECT pubname::text FROM pg_publication ORDER BY pubname) AS publications
    FROM pg_roles AS role WHERE role.rolname = session_user
"""
_KEYLESS: LiteralString = """
    SELECT count(*) OVER (), n.nspname || '.' || c.relname
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary)
    ORDER BY n.nspname, c.relname LIMIT %(shown)s
"""
# What tells which row was changed: the primary key unless said otherwise, another unique index, or the whole row.
_NAMELESS: LiteralString = """
    SELECT count(*) OVER (), n.nspname || '.' || c.relname
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND (c.relreplident = 'n' OR c.relreplident = 'd'
             AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary))
    ORDER BY n.nspname, c.relname LIMIT %(shown)s
"""
_UPDATE_COLUMNS: LiteralString = """
    SELECT count(*) OVER (), dense_rank() OVER (ORDER BY c.oid) + dense_rank() OVER (ORDER BY c.oid DESC) - 1,
           n.nspname || '.' || c.relname, a.attname,
           EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND a.atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype, 'date'::regtype)
        AND lower(a.attname) ~ %(pattern)s
    ORDER BY n.nspname, c.relname, a.attnum LIMIT %(shown)s
"""


def capabilities(connection: psycopg.Connection) -> dict[str, Any]:
    """Return what the server's settings, the user's rights and the tables allow."""
    facts = _settings(connection)
    given = {"shown": _NAMES_SHOWN, "pattern": UPDATE_COLUMN}
    nameless = _counted(connection.execute(_NAMELESS, given).fetchall())
    return {
        **facts,
        "tables_without_key": _counted(connection.execute(_KEYLESS, given).fetchall()),
        "tables_without_replica_identity": nameless,
        "update_columns": _update_columns(connection.execute(_UPDATE_COLUMNS, given).fetchall()),
        "statement_statistics": _statistics(connection),
        "cdc": _verdict(facts, nameless["count"], connection.info.server_version),
    }


def _counted(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    return {"count": int(rows[0][0]) if rows else 0, "first": [name for _, name in rows]}


def _statistics(connection: psycopg.Connection) -> str:
    """Say whether the log of statements can be read, which usage is counted from."""
    place = connection.execute(
        """SELECT space.nspname, pg_has_role(session_user, 'pg_read_all_stats', 'usage') FROM pg_extension AS extension
        JOIN pg_namespace AS space ON space.oid = extension.extnamespace WHERE extname = 'pg_stat_statements'"""
    ).fetchone()
    if place is None:
        return "not installed"
    try:
        with connection.transaction():
            table = sql.Identifier(place[0], "pg_stat_statements")
            connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table))
    except psycopg.Error:
        return "not readable"
    return "readable" if place[1] else "readable, but for the statements of others: GRANT pg_read_all_stats"


def _settings(connection: psycopg.Connection) -> dict[str, Any]:
    with connection.cursor(row_factory=dict_row) as cursor:
        facts: dict[str, Any] = cursor.execute(_SERVER).fetchone() or {}
    ends = facts.pop("password_expires_at", None)
    return facts | ({"password_expires_at": ends.isoformat()} if ends else {})


def _update_columns(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    first = [{"table": table, "column": column, "is_indexed": indexed} for _, _, table, column, indexed in rows]
    count, tables = rows[0][:2] if rows else (0, 0)
    return {"tables": int(tables), "count": int(count), "first": first}


def _verdict(facts: dict[str, Any], nameless: int, version: int) -> dict[str, Any]:
    missing = list(_missing(facts, version))
    if missing:
        return {"possible": False, "missing": missing, "why": "Changes can't be followed one by one as things are."}
    why = "The write-ahead log holds every changed row, and the user may read it."
    if nameless:
        tables = "1 table has" if nameless == 1 else f"{nameless} tables have"
        why += f" {tables} no primary key and no replica identity: updates there need REPLICA IDENTITY FULL."
    return {"possible": True, "missing": [], "why": why}


def _missing(facts: dict[str, Any], version: int) -> list[str]:
    checks = {
        "The server is a replica, which hands on changes from version 16 on only. Choose the one that takes writes.": (
            not facts.get("read_only") or version >= _REPLICAS_DECODE
        ),
        f"wal_level is {facts.get('wal_level')}, not logical. Have it set in the server's configuration and the server "
        "restarted.": facts.get("wal_level") == "logical",
        "The user may not replicate. Have run: ALTER ROLE … REPLICATION": bool(facts.get("may_replicate")),
        "No replication slot is free. Have max_replication_slots raised, or a slot that nobody uses dropped.": (
            facts.get("free_replication_slots", 0) > 0
        ),
        "No sender of the write-ahead log is free. Have max_wal_senders raised.": (
            facts.get("max_wal_senders", 0) > facts.get("wal_senders_in_use", 0)
        ),
    }
    return [words for words, is_met in checks.items() if not is_met]
