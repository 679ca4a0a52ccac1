"""The limits: what the same facts cost when they are only dumped (A), or also parsed and hashed per relation (B)."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator

import psycopg
from psycopg import sql

from catalog.harvest.connectors import statements

_EVERYTHING = """relation.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relation.relispartition
    AND relation.relnamespace IN (
        SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
"""
_RELATIONS = f"""
    SELECT relation.oid, relation.relnamespace, relation.relname, relation.relkind, relation.reltuples,
        relation.relpages
    FROM pg_class AS relation WHERE {_EVERYTHING}
"""
_PARTS = ("_DETAIL", "_COLUMN", "_KEY", "_INDEX")


def dump(url: str) -> int:
    """Limit A: five COPY statements in one snapshot, bytes counted and dropped."""
    return sum(len(row) for rows in _everything(url) for row in rows)


def dump_parsed(url: str) -> int:
    """Limit B: the same, grouped by relation and hashed as JSON."""
    facts: dict[bytes, list[list[str]]] = defaultdict(list)
    for rows in _everything(url):
        for row in rows:
            relation, _, rest = row.rstrip(b"\n").partition(b"\t")
            facts[relation].append(rest.decode().split("\t"))
    return len({hashlib.blake2b(json.dumps(known).encode(), digest_size=16).digest() for known in facts.values()})


def _everything(url: str) -> Iterator[Iterator[bytes]]:
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.cursor() as cursor:
            for statement in (_RELATIONS, *(getattr(statements, part) for part in _PARTS)):
                whole = sql.SQL(statement.replace("{scope}", _EVERYTHING)).format(unreadable=sql.Literal("{}"))
                with cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(whole)) as rows:
                    yield (bytes(row) for row in rows)
