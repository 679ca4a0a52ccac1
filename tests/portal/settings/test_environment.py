"""A secret comes from its variable, else from the file it names, else from a default."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import environment

NAME = "ATRIUM_TEST_SECRET"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "secret"
    path.write_text("from the file\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    return path


def test_variable_wins_over_its_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "from the variable")
    assert environment.secret(NAME, lambda: "default") == "from the variable"


def test_file_wins_over_the_default(file: Path) -> None:
    assert environment.secret(NAME, lambda: "default") == "from the file"


def test_default_is_made_only_when_it_is_needed(file: Path) -> None:
    environment.secret(NAME, lambda: pytest.fail("A key must not be made beside one that was given."))


def test_nothing_at_all_gives_the_default_or_a_clear_error() -> None:
    assert environment.secret(NAME, lambda: "default") == "default"
    with pytest.raises(ImproperlyConfigured, match=NAME):
        environment.secret(NAME)


def test_file_that_is_not_there_is_named(file: Path) -> None:
    file.unlink()
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE can't be read"):
        environment.secret(NAME, lambda: "default")
