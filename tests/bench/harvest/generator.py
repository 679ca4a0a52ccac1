"""The source that is harvested: 10 schemas of many tables, as large and as wired as a real warehouse."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg

SCHEMAS = 10
COLUMNS = 20
VIEWS_PER_TABLES = 0.06  # 300 views beside 5,000 tables
_BATCH = 50
_SESSIONS = 2
_TYPES = (
    *("bigint", "text", "numeric(12,2)", "timestamp with time zone", "character varying(120)", "boolean"),
    *("double precision", "date", "jsonb", "uuid"),
)


def generate(url: str, tables: int, *, present: int = 0) -> None:
    """Fill a database, which holds the first `present` tables already; both cores at once."""
    numbers = range(present, tables)
    with psycopg.connect(url, autocommit=True) as server:
        for number in range(SCHEMAS):
            server.execute(f"CREATE SCHEMA IF NOT EXISTS schema_{number}".encode())
    with ThreadPoolExecutor(_SESSIONS) as sessions:  # by schemas, so that no session waits for another's tables
        list(
            sessions.map(
                lambda part: _create(url, [n for n in numbers if n % SCHEMAS % _SESSIONS == part]), range(_SESSIONS)
            )
        )
    with psycopg.connect(url, autocommit=True) as server:
        for number in range(int(present * VIEWS_PER_TABLES), int(tables * VIEWS_PER_TABLES)):
            server.execute(_view(number).encode())
        names = server.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace "
            "AND relkind = 'r' AND NOT relisshared"
        ).fetchall()
        server.execute(f"VACUUM ANALYZE {', '.join(name for (name,) in names)}".encode())


def _create(url: str, numbers: list[int]) -> None:
    statements = list(_tables(numbers))
    with psycopg.connect(url, autocommit=True) as server:
        for start in range(0, len(statements), _BATCH):
            server.execute("; ".join(statements[start : start + _BATCH]).encode())


def _tables(numbers: Iterable[int]) -> Iterator[str]:
    for number in numbers:
        schema, place = number % SCHEMAS, number // SCHEMAS
        yield "; ".join(_table(f"schema_{schema}", place, has_parent=place > 0 and number % 10 != 9))


def _table(schema: str, place: int, *, has_parent: bool) -> Iterator[str]:
    name = f"{schema}.table_{place}"
    columns = [f"column_{n} {_TYPES[n % len(_TYPES)]}{' NOT NULL' if n % 4 == 0 else ''}" for n in range(1, COLUMNS)]
    parent = f", FOREIGN KEY (parent) REFERENCES {schema}.table_{place - 1} (id)" if has_parent else ""
    columns[0] = "parent bigint"
    yield f"CREATE TABLE {name} (id bigint PRIMARY KEY, {', '.join(columns)}{parent})"
    yield f"CREATE INDEX ON {name} (parent)"
    if place % 2:
        yield f"CREATE INDEX ON {name} (column_3, column_4 DESC)"
    if place % 5:
        yield f"COMMENT ON TABLE {name} IS 'What the business calls thing number {place}, as loaded every night.'"
    for n in range(1, COLUMNS, 3):
        column = "parent" if n == 1 else f"column_{n}"
        yield f"COMMENT ON COLUMN {name}.{column} IS 'The value of fact {n} as the operational system knows it.'"


def _view(number: int) -> str:
    schema = f"schema_{number % SCHEMAS}"
    first = number // SCHEMAS
    return (
        f"CREATE VIEW {schema}.view_{first} AS SELECT a.id, a.column_2, b.column_3, b.column_4, c.column_5, "
        f"c.column_7, a.column_6 + c.column_6 AS total FROM {schema}.table_{first} a "
        f"JOIN {schema}.table_{first + 1} b ON b.id = a.parent "
        f"JOIN {schema}.table_{first + 2} c ON c.id = b.parent WHERE a.column_5"
    )
