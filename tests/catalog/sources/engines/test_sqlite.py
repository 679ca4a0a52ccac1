"""SQLite files: what a test of the connection says, and how it fails."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.sources.engines.sqlite import DOOR, connect
from catalog.sources.models import Source
from catalog.sources.reports import look
from portal.kit.errors import DomainError


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Source:
    settings.FILE_SOURCES = [str(tmp_path)]
    file = tmp_path / "tills.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE sales (id integer PRIMARY KEY)")
        connection.execute("CREATE VIEW all_sales AS SELECT * FROM sales")
    return Source(engine="sqlite", database=str(file))


def _error(source: Source) -> DomainError:
    report = look(source)
    assert report.error is not None
    return report.error


def test_look_counts(source: Source) -> None:
    found = DOOR.look(source)
    assert (found.server, found.tls) == (f"SQLite {sqlite3.sqlite_version}", None)
    assert (found.schemas, found.tables) == (1, 2)
    assert all(step.state == "done" for step in look(source).steps)


def test_inspect_reports_how_it_is_written(source: Source) -> None:
    assert DOOR.inspect(source).capabilities == {"journal_mode": "delete", "encoding": "UTF-8", "page_count": 2}


def test_what_is_no_database_is_named(source: Source, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear reader, " * 100)
    source.database = str(other)
    error = _error(source)
    assert (error.code, error.field) == ("not_sqlite", "database")


def test_missing_and_forbidden_files_are_named(source: Source, tmp_path: Path) -> None:
    source.database = str(tmp_path / "missing.sqlite")
    assert _error(source).code == "no_file"
    assert not (tmp_path / "missing.sqlite").exists()
    source.database = "/etc/passwd"
    assert _error(source).code == "path_not_allowed"


def test_file_locked_by_a_writer_is_named(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.sources.engines.sqlite._BUSY_S", 0.1)
    with closing(sqlite3.connect(source.database, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert _error(source).code == "locked"


def test_reading_leaves_the_file_as_it_was(source: Source) -> None:
    before = Path(source.database).read_bytes()
    DOOR.look(source)
    assert Path(source.database).read_bytes() == before
    assert [file.name for file in Path(source.database).parent.iterdir()] == ["tills.sqlite"]


def test_slow_statement_is_stopped(source: Source) -> None:
    endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(DomainError) as caught, connect(source, statement_timeout_s=0.2) as session:
        session.rows(endless)
    assert caught.value.code == "statement_timeout"


def test_names_that_mean_something_in_an_address_open_the_named_file(source: Source, tmp_path: Path) -> None:
    odd = tmp_path / "a?mode=rwc&x#y%20z.sqlite"
    Path(source.database).rename(odd)
    source.database = str(odd)
    assert DOOR.look(source).tables == 2
