"""Builds the warehouse: schemas, then subjects in parallel, then links, views, rights, marker."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
from psycopg import sql

from portal.demo.warehouse import marker
from portal.demo.warehouse.loader import Loader, Tally
from portal.demo.warehouse.reader import ensure_reader, grant_reading
from portal.demo.warehouse.script import filled_by, relations, sections
from portal.demo.warehouse.subjects import FIRST, SCHEMAS, SUBJECTS, Subject

_WORKERS = 2
_FACTS = """
SELECT count(*) FILTER (WHERE relkind IN ('r', 'p')), count(*) FILTER (WHERE relkind IN ('v', 'm')),
       sum((SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped)),
       pg_database_size(current_database())
FROM pg_class c WHERE relnamespace = ANY (%s::regnamespace[]) AND relkind IN ('r', 'p', 'v', 'm')
"""


@dataclass(frozen=True)
class Report:
    """What a build made. `reader_url` holds the reader's password; it is shown nowhere else."""

    schemas: int
    tables: int
    views: int
    columns: int
    rows: int
    bytes: int
    seconds: float
    reader_url: str

    def summary(self) -> str:
        return (
            f"{self.schemas} schemas, {self.tables} tables (partitions included), {self.views} views, "
            f"{self.columns:,} columns, {self.rows:,} rows, {self.bytes / 1e6:.0f} MB in {self.seconds:.1f} s"
        )


def build(
    url: str, *, scale: int = 1, progress: Callable[[int, int, str], None], reader_password: str | None = None
) -> Report:
    """Replace the warehouse's schemas by freshly built ones; needs an owner that may create roles.

    `progress(done, total, message)` is called at least once for every table and view, from more than one thread.
    A build that dies leaves no marker, so `is_built` stays false and the next build starts over.
    """
    began = time.monotonic()
    tally = Tally(sum(len(relations(subject.name)) for subject in (*FIRST, *SUBJECTS)), progress)
    reader = ensure_reader(url, password=reader_password)
    _clear(url)
    for subject in FIRST:
        _load(url, subject, scale=scale, tally=tally)
    _in_parallel(url, SUBJECTS, scale=scale, tally=tally)
    with psycopg.connect(url) as connection:
        _finish(connection, tally)
        marker.write(connection, scale=scale)
        grant_reading(connection, [*SCHEMAS, "public"])
        row = connection.execute(_FACTS, ([*SCHEMAS],)).fetchone()
    progress(tally.total, tally.total, "warehouse complete")
    tables, views, columns, size = row or (0, 0, 0, 0)
    return Report(len(SCHEMAS), tables, views, columns, tally.rows, size, time.monotonic() - began, reader)


def _clear(url: str) -> None:
    with psycopg.connect(url) as connection:
        marker.clear(connection)
    with psycopg.connect(url) as connection:
        for schema, comment in SCHEMAS.items():
            name = sql.Identifier(schema)
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
            if comment:
                connection.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, sql.Literal(comment)))


def _in_parallel(url: str, subjects: Iterable[Subject], *, scale: int, tally: Tally) -> None:
    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting = [pool.submit(_load, url, subject, scale=scale, tally=tally) for subject in subjects]
        try:
            for future in waiting:
                future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _load(url: str, subject: Subject, *, scale: int, tally: Tally) -> None:
    """Create, fill and index the subject's tables in one transaction, then take their statistics."""
    with psycopg.connect(url) as connection:
        loader = Loader(connection, subject=subject.name, scale=scale, tally=tally)
        _run(connection, sections(subject.name)["tables"], tally)
        subject.load(loader)
        _run(connection, sections(subject.name)["keys"], tally)
        if names := relations(subject.name, "tables"):
            connection.execute(f"ANALYZE {', '.join(names)}".encode())


def _finish(connection: psycopg.Connection, tally: Tally) -> None:
    connection.execute("SET synchronous_commit = off")
    for section in ("links", "views"):
        for subject in (*FIRST, *SUBJECTS):
            _run(connection, sections(subject.name)[section], tally)
    materialized = connection.execute("SELECT format('%I.%I', schemaname, matviewname) FROM pg_matviews").fetchall()
    connection.execute(f"ANALYZE {', '.join(name for (name,) in materialized)}".encode())


def _run(connection: psycopg.Connection, statements: Iterable[str], tally: Tally) -> None:
    for statement in statements:
        connection.execute(statement.encode())
        if relation := filled_by(statement):
            tally.finished(relation)
