"""Bulk loading: columns of numpy, pandas or Arrow go to PostgreSQL by COPY, typed as the table says."""

import io
import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import psycopg
from psycopg import sql

from portal.demo.warehouse.arrow import csv, pa
from portal.demo.warehouse.chance import chance

Columns = Mapping[str, Any]
"""Column name -> numpy array, list or Arrow array, all of one length."""

_SHAPE = """
SELECT c.relkind = 'r', a.attname, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), NULL)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
WHERE c.oid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""
_CHUNK = 32_768
_SESSION = "SET synchronous_commit = off; SET timezone = 'UTC'; SET maintenance_work_mem = '64MB'"


class Tally:
    """Counts finished relations and rows for all loaders and passes the progress on; safe between threads."""

    def __init__(self, total: int, progress: Callable[[int, int, str], None]) -> None:
        self.total, self.rows, self._progress = total, 0, progress
        self._done: set[str] = set()
        self._lock = threading.Lock()

    def finished(self, relation: str, rows: int | None = None) -> None:
        with self._lock:
            self._done.add(relation)
            self.rows += rows or 0
            label = relation if rows is None else f"{relation}: {rows:,} rows"
            self._progress(min(len(self._done), self.total), self.total, label)


class Loader:
    """One connection that creates and fills the tables of one subject inside one transaction."""

    def __init__(self, connection: psycopg.Connection, *, subject: str, scale: int, tally: Tally) -> None:
        self.connection, self.subject, self.scale, self._tally = connection, subject, scale, tally
        connection.execute(_SESSION)

    def chance(self, part: str = "") -> np.random.Generator:
        """The seeded source of chance of this subject, or of one part of it."""
        return chance(f"{self.subject}/{part}")

    def put(self, table: str, data: Columns | pd.DataFrame | pa.Table) -> None:
        """COPY the columns into the table; whole numbers held as floats are cast where the table wants integers."""
        plain, types = self._shape(table)
        arrow = _as_arrow(data, types)
        names = sql.SQL(", ").join(sql.Identifier(name) for name in arrow.column_names)
        options = sql.SQL("FORMAT csv, FREEZE" if plain else "FORMAT csv")
        statement = sql.SQL("COPY {} ({}) FROM STDIN WITH ({})").format(sql.SQL(table), names, options)
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for batch in arrow.to_batches(max_chunksize=_CHUNK):
                copy.write(_csv(batch))
        self._tally.finished(table, arrow.num_rows)

    def _shape(self, table: str) -> tuple[bool, dict[str, str]]:
        rows = self.connection.execute(_SHAPE, (table,)).fetchall()
        return bool(rows[0][0]), {name: kind for _, name, kind in rows}


def _as_arrow(data: Columns | pd.DataFrame | pa.Table, types: dict[str, str]) -> pa.Table:
    if isinstance(data, pa.Table):
        table = data
    elif isinstance(data, pd.DataFrame):
        table = pa.Table.from_pandas(data, preserve_index=False)
    else:
        table = pa.table({name: _array(values) for name, values in data.items()})
    for index, field in enumerate(table.schema):
        wanted = types[field.name]
        if pa.types.is_floating(field.type) and wanted in {"integer", "bigint", "smallint"}:
            table = table.set_column(index, field.name, table.column(index).cast(pa.int64()))
        elif pa.types.is_integer(field.type) and wanted == "boolean":
            table = table.set_column(index, field.name, table.column(index).cast(pa.bool_()))
    return table


def _array(values: Any) -> Any:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    array = np.asarray(values)
    if array.dtype.kind == "U":
        array = array.astype(object)
    return pa.array(array, from_pandas=True)


def _csv(batch: pa.RecordBatch) -> bytes:
    buffer = io.BytesIO()
    csv.write_csv(batch, buffer, csv.WriteOptions(include_header=False))
    return buffer.getvalue()
