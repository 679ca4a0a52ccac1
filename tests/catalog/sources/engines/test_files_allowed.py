"""Nobody reads the server's files by adding a source."""

from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.sources.engines.files_allowed import allowed, allowed_file, allowed_folder
from portal.kit.errors import Invalid


@pytest.fixture
def root(tmp_path: Path, settings: Settings) -> Path:
    root = tmp_path / "allowed"
    root.mkdir()
    settings.FILE_SOURCES = [str(root)]
    return root


def _refused(text: str) -> str:
    with pytest.raises(Invalid) as caught:
        allowed(text)
    assert (caught.value.code, caught.value.field) == ("path_not_allowed", "database")
    return caught.value.message


def test_what_lies_below_an_allowed_folder_is_allowed(root: Path) -> None:
    (root / "deep").mkdir()
    file = root / "deep" / "a.db"
    file.touch()
    assert allowed_file(str(file)) == file.resolve()
    assert allowed_folder(str(root)) == root.resolve()


@pytest.mark.parametrize("text", ["", "a.db", "/etc/passwd", "/", "relative/path", "/a\0b", "/" + "x" * 5000])
def test_anything_else_is_refused(root: Path, text: str) -> None:
    assert "FILE_SOURCES" in _refused(text)


def test_ways_out_are_followed_first(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.db"
    secret.touch()
    (root / "link.db").symlink_to(secret)
    (root / "out").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    said = {
        _refused(str(path))
        for path in (
            root / "link.db",
            root / "out" / "secret.db",
            root / ".." / "secret.db",
            root / ".." / "missing.db",
            root.parent / "allowed-not",
        )
    }
    assert len(said) == 1  # whether something is there is not told


def test_a_root_may_itself_be_a_link(root: Path, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "alias").symlink_to(root)
    settings.FILE_SOURCES = [str(tmp_path / "alias")]
    (root / "a.db").touch()
    assert allowed_file(str(root / "a.db")) == (root / "a.db").resolve()


def test_what_is_missing_is_named(root: Path) -> None:
    for check, code in ((allowed_file, "no_file"), (allowed_folder, "no_folder")):
        with pytest.raises(Invalid) as caught:
            check(str(root / "missing"))
        assert (caught.value.code, caught.value.field) == (code, "database")


def test_no_folder_is_allowed_when_none_is_named(root: Path, settings: Settings) -> None:
    settings.FILE_SOURCES = []
    assert "none yet" in _refused(str(root))
