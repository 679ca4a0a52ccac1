"""MariaDB passes the shared suite; what is special about it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
import pytest

from catalog.harvest.connectors import Reading
from catalog.harvest.connectors.mariadb import MariaDBReading
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Kind, Made, SqlGround, Table
from tests.engines.mariadb import Server, shared

pytestmark = pytest.mark.engine


class MariaDBGround(SqlGround):
    """All databases of a server that had none."""

    engine = "mariadb"
    longest_name = 64
    quote_mark = "`"
    words = SqlGround.words | {Kind.TEXT: "varchar(150)"}
    refused_with = (pymysql.OperationalError,)
    odd_names = (
        *(name for name in SqlGround.odd_names if "🜚" not in name),
        "Größe 表",
    )  # of two bytes

    def __init__(self, server: Server) -> None:
        self.server = server

    def address(self) -> dict[str, Any]:
        return self.server.address()

    def execute(self, *statements: str) -> None:
        self.server.run(*statements)

    def text(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"

    def make_schema(self, schema: str) -> None:
        self.execute(f"CREATE DATABASE IF NOT EXISTS {self.quote(schema)} CHARACTER SET utf8mb4")

    def column(self, column: Made) -> str:
        comment = column.comment[:300]  # a table's definition holds 64 KiB
        return super().column(column) + (f" COMMENT {self.text(comment)}" if comment else "")

    def comments(self, table: Table) -> Iterator[str]:
        if table.comment:
            yield f"ALTER TABLE {self.place(table.schema, table.name)} COMMENT {self.text(table.comment)}"

    def requests(self) -> int:
        return int(self.server.rows("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])

    def write_through(self, reading: Reading) -> None:
        assert isinstance(reading, MariaDBReading)
        reading._line.rows("CREATE TABLE sales.mine (id int)")

    def vanish(self) -> None:
        for session, command in self.server.rows("SELECT id, command FROM information_schema.PROCESSLIST"):
            if command == "Sleep":
                self.execute(f"KILL {session}")

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        assert isinstance(reading, MariaDBReading)
        product = ", ".join(f"COLLATIONS AS {name}" for name in "abcd")
        yield lambda: reading._rows(f"SELECT COUNT(*) FROM {product}", {})


@pytest.fixture
def ground() -> Iterator[MariaDBGround]:
    server = shared()
    yield MariaDBGround(server)
    names = "SELECT schema_name FROM information_schema.SCHEMATA WHERE schema_name NOT IN ('mysql', 'sys')"
    for (name,) in server.rows(names):
        if not name.endswith("_schema"):
            server.run(f"DROP DATABASE `{name}`")


class TestMariaDB(Conformance):
    @pytest.fixture
    def ground(self, ground: MariaDBGround) -> MariaDBGround:
        return ground
