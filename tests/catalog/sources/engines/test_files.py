"""Folders and buckets: what a test of the connection says, and how it fails."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from catalog.sources.credentials import encrypt
from catalog.sources.engines import files, files_s3
from catalog.sources.models import Source
from catalog.sources.reports import look
from portal.kit.errors import DomainError, Invalid
from tests.engines import moto


def _error(source: Source) -> DomainError:
    report = look(source)
    assert report.error is not None
    return report.error


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Source:
    settings.FILE_SOURCES = [str(tmp_path)]
    for path in ("sales/orders.csv", "sales/2025/x.json", "stock/items.csv", "readme.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("id\n1\n")
    return Source(engine="files", database=str(tmp_path))


def test_look_at_a_folder_counts(folder: Source) -> None:
    found = files.DOOR.look(folder)
    assert (found.server, found.tls, found.schemas, found.tables) == ("Folder of this machine", None, 3, 4)
    assert files.DOOR.inspect(folder).capabilities == {"place": "folder"}


def test_entries_carry_size_and_moment_and_a_mark_that_changes(folder: Source) -> None:
    def entry() -> files.Entry:
        return next(each for each in files.folder_of(folder).entries() if each.path == "sales/orders.csv")

    before = entry()
    assert before.size == 5
    file = Path(folder.database) / "sales" / "orders.csv"
    file.chmod(0o600)
    assert entry().mark != before.mark
    os.utime(file, (0, 0))
    assert entry().moment == "1970-01-01T00:00:00+00:00"


def test_missing_folders_and_files_in_their_place_are_named(folder: Source, tmp_path: Path) -> None:
    for place, code in (("missing", "no_folder"), ("readme.md", "no_folder"), ("../x", "path_not_allowed")):
        folder.database = str(tmp_path / place)
        assert (_error(folder).code, _error(folder).field) == (code, "database")


def test_too_many_files_are_refused(folder: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 3)
    assert _error(folder).code == "too_many_files"


def test_file_that_becomes_a_way_out_counts_as_missing(folder: Source, tmp_path: Path, settings: Settings) -> None:
    place = files.folder_of(folder)
    settings.FILE_SOURCES = [str(tmp_path / "sales")]
    with pytest.raises(FileNotFoundError):
        place.open("../../etc/passwd")


@pytest.fixture(scope="module")
def store() -> Iterator[moto.Store]:
    with moto.running() as store:
        yield store


@pytest.fixture
def bucket(store: moto.Store) -> Iterator[Source]:
    store.reset()
    store.system.create_dir("lake")
    with store.system.open_output_stream("lake/raw/sales/orders.csv") as file:
        file.write(b"id\n1\n")
    facts: dict[str, Any] = {"username": moto.KEY, "password_encrypted": encrypt(moto.SECRET)}
    yield Source(engine="s3", database="lake", options={"endpoint": store.endpoint, "region": moto.REGION}, **facts)
    store.check_keys(after="inf")


@pytest.mark.engine
def test_look_at_a_bucket_counts(bucket: Source) -> None:
    found = files_s3.DOOR.look(bucket)
    assert (found.server, found.tls, found.schemas, found.tables) == ("S3 bucket", "", 1, 1)
    inspection = files_s3.DOOR.inspect(bucket)
    assert inspection.tls == {}
    assert inspection.capabilities["is_anonymous"] is False


@pytest.mark.engine
@pytest.mark.parametrize("name", ["lake/raw", "s3://lake/raw/", "/lake/raw"])
def test_prefixes_are_folders(bucket: Source, name: str) -> None:
    bucket.database = name
    assert [entry.path for entry in files_s3.bucket_of(bucket).entries()] == ["sales/orders.csv"]


@pytest.mark.engine
def test_missing_buckets_and_prefixes_are_named(bucket: Source) -> None:
    bucket.database = "nothing"
    assert (_error(bucket).code, _error(bucket).field) == ("no_bucket", "database")
    bucket.database = "lake/nothing"
    assert (_error(bucket).code, _error(bucket).field) == ("no_folder", "database")
    bucket.database = " / "
    assert _error(bucket).code == "no_bucket"


@pytest.mark.engine
def test_key_that_the_store_refuses_is_named(bucket: Source, store: moto.Store) -> None:
    store.check_keys(after=0)
    error = _error(bucket)
    assert (error.code, error.field) == ("wrong_password", "password")
    assert moto.SECRET not in error.message


@pytest.mark.engine
def test_without_a_key_nothing_of_the_portal_is_used(bucket: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the portal's own")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret of the portal")
    bucket.username = ""
    assert files_s3.DOOR.look(bucket).tables == 1  # this server lets strangers in
    assert files_s3.DOOR.inspect(bucket).capabilities["is_anonymous"] is True


@pytest.mark.engine
def test_plain_server_behind_https_is_named(bucket: Source, store: moto.Store) -> None:
    bucket.options["endpoint"] = store.endpoint.replace("http://", "https://")
    assert (_error(bucket).code, _error(bucket).field) == ("no_tls", "options.endpoint")


def _away(**options: str) -> Source:
    return Source(engine="s3", database="lake", options=options)


def test_closed_port_and_unknown_host_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_s3, "_ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert _error(_away(endpoint=f"http://127.0.0.1:{port}")).code == "connection_refused"
    assert _error(_away(endpoint="http://no-such-host.invalid")).code == "host_unknown"


def test_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_s3, "_ATTEMPTS", 1)
    source = _away()
    source.statement_timeout_seconds = 1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source.options["endpoint"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert _error(source).code == "connect_timeout"


@pytest.mark.parametrize(
    "endpoint", ["minio", "ftp://x", "http://", "http://u:p@host", "http://h/path", "http://h:99999"]
)
def test_odd_endpoints_are_refused(endpoint: str) -> None:
    with pytest.raises(Invalid) as caught:
        files_s3.DOOR.look(_away(endpoint=endpoint))
    assert (caught.value.code, caught.value.field) == ("endpoint_invalid", "options.endpoint")
