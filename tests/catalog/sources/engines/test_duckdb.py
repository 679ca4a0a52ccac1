"""DuckDB files: what a test of the connection says, how it fails, and that nothing else can be read through one."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from pytest_django import Settings

from catalog.sources.engines.duckdb import DOOR, connect
from catalog.sources.models import Source
from catalog.sources.reports import look
from portal.kit.errors import DomainError

_HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Source:
    settings.FILE_SOURCES = [str(tmp_path)]
    file = tmp_path / "lab.duckdb"
    with closing(duckdb.connect(str(file))) as connection:
        connection.execute("CREATE SCHEMA trials; CREATE TABLE trials.doses (id integer); CREATE VIEW v AS SELECT 1")
    return Source(engine="duckdb", database=str(file))


def _error(source: Source) -> DomainError:
    report = look(source)
    assert report.error is not None
    return report.error


def test_look_counts(source: Source) -> None:
    found = DOOR.look(source)
    assert (found.server, found.tls) == (f"DuckDB {duckdb.__version__}", None)
    assert (found.schemas, found.tables) == (2, 2)


def test_inspect_reports_the_storage(source: Source) -> None:
    assert "v1" in str(DOOR.inspect(source).capabilities["storage_version"])


def test_file_held_by_another_program_is_named(source: Source) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, source.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        error = _error(source)
        holder.communicate()
    assert (error.code, error.field) == ("file_in_use", "database")
    assert DOOR.look(source).tables == 2


def test_what_is_no_database_is_named(source: Source, tmp_path: Path) -> None:
    for content in (b"Dear reader, " * 1000, b""):
        other = tmp_path / "letter.txt"
        other.write_bytes(content)
        source.database = str(other)
        assert _error(source).code == "not_duckdb"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "ATTACH '/tmp/other.duckdb'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "COPY (SELECT 1) TO '/tmp/stolen.csv'",
        "CREATE TABLE mine (id integer)",
    ],
)
def test_session_is_sealed(source: Source, statement: str) -> None:
    with pytest.raises(DomainError) as caught, connect(source) as session:
        session.rows(statement)
    assert "hostname" not in caught.value.message


def test_slow_statement_is_stopped(source: Source) -> None:
    with pytest.raises(DomainError) as caught, connect(source, statement_timeout_s=0.2) as session:
        session.rows("SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b")
    assert caught.value.code == "statement_timeout"
