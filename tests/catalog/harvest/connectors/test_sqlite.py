"""SQLite files pass the shared suite; what they can't do, and what is broken in them."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from catalog.assets.models import Asset, Column, Key
from catalog.harvest.connectors import Reading
from catalog.harvest.connectors.rows import RowReading
from catalog.harvest.connectors.sqlite import SQLiteExtractor
from catalog.sources.engines.sqlite import Session
from tests.catalog.harvest.conftest import harvested
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Lack, SqlGround

ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1e9) SELECT count(*) FROM n"


def session_of(reading: Reading) -> Session:
    assert isinstance(reading, RowReading)
    assert isinstance(reading._extractor, SQLiteExtractor)
    return reading._extractor.session


class SQLiteGround(SqlGround):
    """A file in an allowed folder."""

    engine = "sqlite"
    schema = "main"
    lacks = frozenset({Lack.SCHEMAS, Lack.COMMENTS, Lack.COLUMN_COMMENTS})
    refused_with = (sqlite3.OperationalError,)

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = file
        self.sent = 0
        self.execute("PRAGMA user_version = 1")
        batches = Session.batches

        def counted(session: Session, statement: str, *values: object) -> Iterator[list[tuple[Any, ...]]]:
            self.sent += 1
            return batches(session, statement, *values)

        monkeypatch.setattr(Session, "batches", counted)

    def address(self) -> dict[str, Any]:
        return {"database": str(self.file)}

    def execute(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    def make_schema(self, schema: str) -> None:
        assert schema == self.schema

    def place(self, schema: str, name: str) -> str:
        return self.quote(name)

    def requests(self) -> int:
        return self.sent

    def write_through(self, reading: Reading) -> None:
        session_of(reading).rows("CREATE TABLE mine (id integer)")

    def vanish(self) -> None:
        """Overwrite the file: an open one can't be taken away."""
        size = self.file.stat().st_size
        with self.file.open("r+b") as file:
            file.write(os.urandom(size))

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        yield lambda: session_of(reading).rows(ENDLESS)


@pytest.fixture
def ground(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> SQLiteGround:
    settings.FILE_SOURCES = [str(tmp_path)]
    return SQLiteGround(tmp_path / "tills #1?.sqlite", monkeypatch)


class TestSQLite(Conformance):
    @pytest.fixture
    def ground(self, ground: SQLiteGround) -> SQLiteGround:
        return ground


@pytest.mark.django_db(transaction=True)
class TestWhatIsSpecial:
    def test_keys_without_names_get_them(self, ground: SQLiteGround) -> None:
        ground.execute(
            "CREATE TABLE a (id integer PRIMARY KEY, code text UNIQUE, x integer, y integer, UNIQUE (y, x))",
            """CREATE TABLE b (p integer REFERENCES a, q integer, r integer, FOREIGN KEY (q, r) REFERENCES a (y, x)
            ON DELETE CASCADE, FOREIGN KEY (p) REFERENCES a (id))""",
        )
        harvested(ground.source())
        assert list(Key.objects.order_by("asset__name", "name").values_list("name", "columns", "target_columns")) == [
            ("primary key", ["id"], []),
            ("sqlite_autoindex_a_1", ["code"], []),
            ("sqlite_autoindex_a_2", ["y", "x"], []),
            ("foreign key (p)", ["p"], ["id"]),
            ("foreign key (p) 2", ["p"], ["id"]),
            ("foreign key (q, r)", ["q", "r"], ["y", "x"]),
        ]
        assert Key.objects.get(name="foreign key (q, r)").definition == (
            "FOREIGN KEY (q, r) REFERENCES a (y, x) ON DELETE CASCADE"
        )

    def test_broken_views_and_missing_modules_are_named_and_cost_nobody_else_anything(
        self, ground: SQLiteGround
    ) -> None:
        ground.execute(
            "CREATE TABLE kept (id integer PRIMARY KEY)",
            "CREATE VIEW sound AS SELECT id FROM kept",
            "CREATE VIEW broken AS SELECT * FROM missing_table",
            "CREATE VIEW worse AS SELECT no_such_function(id) AS x FROM kept",
            "CREATE VIRTUAL TABLE words USING fts5(body)",
            "PRAGMA writable_schema = ON",
        )
        with closing(sqlite3.connect(ground.file)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(
                """INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)
                VALUES ('table', 'strange', 'strange', 0, 'CREATE VIRTUAL TABLE strange USING unheard_of(x)')"""
            )
            connection.commit()
        run = harvested(ground.source())
        assert dict(Asset.objects.values_list("name", "column_count")) == {
            "kept": 1,
            "sound": 1,
            "broken": 0,
            "worse": 0,
            "words": 1,
            "strange": 0,
        }
        assert Asset.objects.get(name="words").properties == {"module": "fts5(body)"}
        assert sorted(line.text for line in run.job.lines.all()) == [
            f"“{name}” is broken or needs a module that is missing here: it is listed without its columns."
            for name in ("broken", "strange", "worse")
        ]

    def test_types_defaults_and_generated_columns(self, ground: SQLiteGround) -> None:
        ground.execute(
            """CREATE TABLE kinds (id INTEGER PRIMARY KEY, bare, flag BOOLEAN DEFAULT TRUE, price REAL, raw BLOB,
            at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, doc JSON, size INT GENERATED ALWAYS AS (id * 2) STORED)"""
        )
        harvested(ground.source())
        facts = ("name", "data_type", "logical_type", "is_nullable", "default", "is_generated")
        assert list(Column.objects.order_by("position").values_list(*facts)) == [
            ("id", "INTEGER", "integer", False, "", False),
            ("bare", "any", "unknown", True, "", False),
            ("flag", "BOOLEAN", "boolean", True, "TRUE", False),
            ("price", "REAL", "float", True, "", False),
            ("raw", "BLOB", "binary", True, "", False),
            ("at", "TIMESTAMP", "timestamp", True, "CURRENT_TIMESTAMP", False),
            ("doc", "JSON", "json", True, "", False),
            ("size", "INT", "integer", True, "", True),
        ]

    def test_estimates_are_those_of_analyze(self, ground: SQLiteGround) -> None:
        ground.execute("CREATE TABLE log (id integer PRIMARY KEY, n integer)", "CREATE INDEX log_n ON log (n)")
        ground.execute(*("INSERT INTO log (n) VALUES (1)" for _ in range(5)), "ANALYZE")
        harvested(ground.source())
        assert Asset.objects.get(name="log").row_estimate == 5
