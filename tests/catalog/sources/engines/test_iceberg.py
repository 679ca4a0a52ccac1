"""Iceberg catalogs: what a test of the connection says, and how it fails."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField
from pytest_django import Settings

from catalog.sources.engines.iceberg import SQLITE
from catalog.sources.models import Source
from catalog.sources.reports import look
from portal.kit.errors import DomainError


@pytest.fixture
def catalog(tmp_path: Path, settings: Settings) -> Iterator[SqlCatalog]:
    settings.FILE_SOURCES = [str(tmp_path)]
    catalog = SqlCatalog("lake", uri=f"sqlite:///{tmp_path}/catalog.sqlite", warehouse=f"file://{tmp_path}/lake")
    catalog.create_namespace("sales")
    catalog.create_table("sales.orders", Schema(NestedField(1, "id", LongType())))
    yield catalog
    catalog.close()


@pytest.fixture
def source(catalog: SqlCatalog, tmp_path: Path) -> Source:
    return Source(engine="iceberg", database=str(tmp_path / "catalog.sqlite"))


def _error(source: Source) -> DomainError:
    report = look(source)
    assert report.error is not None
    return report.error


def test_look_counts_and_tries_one_table(source: Source, tmp_path: Path, settings: Settings) -> None:
    found = SQLITE.look(source)
    assert (found.server, found.schemas, found.tables, found.missing_rights) == ("Iceberg catalog in SQLite", 1, 1, ())
    settings.FILE_SOURCES = [str(tmp_path / "catalog.sqlite")]
    (said,) = SQLITE.look(source).missing_rights
    assert said.startswith("sales.orders can't be read: ")


def test_file_may_be_given_as_an_address(source: Source) -> None:
    source.database = f"sqlite:///{source.database}"
    assert SQLITE.look(source).tables == 1
    source.database = "sqlite:////etc/passwd"
    assert _error(source).code == "path_not_allowed"


def _pack(catalog: SqlCatalog) -> None:
    """Point the catalog at a packed description."""
    place = Path(catalog.load_table("sales.orders").metadata_location.removeprefix("file://"))
    packed = place.with_name("packed.gz.metadata.json")
    packed.write_bytes(gzip.compress(place.read_bytes()))
    with closing(sqlite3.connect(packed.parents[4] / "catalog.sqlite")) as connection:
        connection.execute("UPDATE iceberg_tables SET metadata_location = ?", (f"file://{packed}",))
        connection.commit()


def test_packed_descriptions_are_read_up_to_a_size(
    source: Source, catalog: SqlCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pack(catalog)
    assert SQLITE.look(source).missing_rights == ()
    monkeypatch.setattr("catalog.sources.engines.iceberg._LARGEST", 500)
    (said,) = SQLITE.look(source).missing_rights
    assert said.endswith("the file that describes it is too big.")


def test_inspect_reports_the_stores(source: Source) -> None:
    assert SQLITE.inspect(source).capabilities == {"stores": ["file"]}


def test_database_without_a_catalog_is_named(source: Source, tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    source.database = str(tmp_path / "empty.sqlite")
    error = _error(source)
    assert (error.code, error.field) == ("no_iceberg_catalog", "database")


def test_name_is_needed_when_there_are_several(source: Source, catalog: SqlCatalog, tmp_path: Path) -> None:
    other = SqlCatalog("other", uri=f"sqlite:///{tmp_path}/catalog.sqlite", warehouse=f"file://{tmp_path}/lake")
    other.create_namespace("depot")
    other.close()
    error = _error(source)
    assert (error.code, error.field) == ("catalog_name_needed", "options.name")
    source.options = {"name": "nobody"}
    assert _error(source).code == "catalog_name_needed"
    source.options = {"name": "other"}
    assert SQLITE.look(source).tables == 0
