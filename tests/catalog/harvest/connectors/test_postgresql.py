"""PostgreSQL passes the shared suite."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from catalog.harvest.connectors import Part, Reading
from catalog.harvest.connectors.postgresql import PostgreSQLReading
from tests.catalog.harvest.conftest import Warehouse
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import SqlGround


class PostgreSQLGround(SqlGround):
    """A database of its own on the test server."""

    engine = "postgresql"
    longest_name = 63
    refused_with = (psycopg.errors.ReadOnlySqlTransaction,)

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        with self.warehouse._administration() as server:
            server.execute("SELECT pg_advisory_lock(4)")  # tests on both cores must not make it at once
            server.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def address(self) -> dict[str, Any]:
        made = self.warehouse.source()
        made.delete()
        return {name: getattr(made, name) for name in ("host", "port", "database", "username", "password_encrypted")}

    def execute(self, *statements: str) -> None:
        self.warehouse.execute(*statements)

    def requests(self) -> int:
        with self.warehouse._administration() as server:
            row = server.execute(
                "SELECT sum(calls) FROM pg_stat_statements JOIN pg_database ON oid = dbid WHERE datname = %s",
                [self.warehouse.name],
            ).fetchone()
        return int(row[0]) if row else 0

    def write_through(self, reading: Reading) -> None:
        assert isinstance(reading, PostgreSQLReading)
        reading._connection.execute("CREATE TABLE sales.mine (id int)")

    def vanish(self) -> None:
        with psycopg.connect(self.warehouse.url, autocommit=True) as server:
            server.execute(
                """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"""
            )

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        """Lock a table of the catalog that the reading needs."""
        with psycopg.connect(self.warehouse.url) as server:
            server.execute("LOCK TABLE pg_catalog.pg_namespace IN ACCESS EXCLUSIVE MODE")
            yield lambda: list(reading.overview(Part.SCHEMAS))


class TestPostgreSQL(Conformance):
    @pytest.fixture
    def ground(self, warehouse: Warehouse) -> PostgreSQLGround:
        return PostgreSQLGround(warehouse)
