"""DuckDB files pass the shared suite; their types, and their being sealed off."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pytest_django import Settings

from catalog.assets.models import Asset, Column, Key
from catalog.harvest.connectors import Reading
from catalog.harvest.connectors.duckdb import DuckDBExtractor
from catalog.harvest.connectors.rows import RowReading
from catalog.sources.engines.duckdb import Session
from tests.catalog.harvest.conftest import harvested
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Lack, SqlGround


def session_of(reading: Reading) -> Session:
    assert isinstance(reading, RowReading)
    assert isinstance(reading._extractor, DuckDBExtractor)
    return reading._extractor.session


class DuckDBGround(SqlGround):
    """A file in an allowed folder."""

    engine = "duckdb"
    lacks = frozenset({Lack.VANISHING})
    refused_with = (duckdb.InvalidInputException,)

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = file
        self.sent = 0
        self.execute("SELECT 1")
        batches = Session.batches

        def counted(session: Session, statement: str) -> Iterator[list[tuple[Any, ...]]]:
            self.sent += 1
            return batches(session, statement)

        monkeypatch.setattr(Session, "batches", counted)

    def address(self) -> dict[str, Any]:
        return {"database": str(self.file)}

    def execute(self, *statements: str) -> None:
        with closing(duckdb.connect(str(self.file))) as connection:
            for statement in statements:
                connection.execute(statement)

    def requests(self) -> int:
        return self.sent

    def write_through(self, reading: Reading) -> None:
        session_of(reading).rows("CREATE TABLE sales.mine (id integer)")

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        yield lambda: session_of(reading).rows("SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b")


@pytest.fixture
def ground(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> DuckDBGround:
    settings.FILE_SOURCES = [str(tmp_path)]
    return DuckDBGround(tmp_path / "lab.duckdb", monkeypatch)


class TestDuckDB(Conformance):
    @pytest.fixture
    def ground(self, ground: DuckDBGround) -> DuckDBGround:
        return ground


@pytest.mark.django_db(transaction=True)
class TestWhatIsSpecial:
    def test_types(self, ground: DuckDBGround) -> None:
        ground.execute(
            """CREATE TABLE kinds (a UTINYINT, b HUGEINT, c DECIMAL(18, 3), d DOUBLE, e VARCHAR, f BLOB, g DATE, h TIME,
            i TIMESTAMP, j TIMESTAMP WITH TIME ZONE, k INTERVAL, l UUID, m BOOLEAN, n INTEGER[], o STRUCT(x INTEGER),
            p MAP(VARCHAR, INTEGER), q ENUM('on', 'off'), r FLOAT[3])"""
        )
        harvested(ground.source())
        assert dict(Column.objects.values_list("name", "logical_type")) == {
            "a": "integer",
            "b": "integer",
            "c": "decimal",
            "d": "float",
            "e": "text",
            "f": "binary",
            "g": "date",
            "h": "time",
            "i": "timestamp",
            "j": "timestamp_tz",
            "k": "interval",
            "l": "uuid",
            "m": "boolean",
            "n": "array",
            "o": "struct",
            "p": "map",
            "q": "enum",
            "r": "array",
        }
        assert Column.objects.get(name="q").data_type == "ENUM('on', 'off')"

    def test_every_kind_of_key(self, ground: DuckDBGround) -> None:
        ground.execute("CREATE TABLE a (id integer PRIMARY KEY, code varchar UNIQUE, n integer CHECK (n > 0))")
        harvested(ground.source())
        assert list(Key.objects.order_by("kind").values_list("kind", "columns", "definition")) == [
            ("check", ["n"], "CHECK((n > 0))"),
            ("primary", ["id"], "PRIMARY KEY(id)"),
            ("unique", ["code"], "UNIQUE(code)"),
        ]

    def test_view_of_another_file_is_listed_and_never_run(self, ground: DuckDBGround, tmp_path: Path) -> None:
        (tmp_path / "secret.csv").write_text("word\nsesame\n")
        ground.execute(f"CREATE VIEW peek AS SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")
        harvested(ground.source())
        assert list(Asset.objects.get(name="peek").columns.values_list("name", flat=True)) == ["word"]
