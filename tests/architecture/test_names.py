"""Names say what a thing is for."""

import re
import tomllib
from itertools import chain

from tests.architecture.sources import PACKAGES, ROOT, modules, name_of

NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff"}


def test_nothing_is_called_by_a_name_that_says_nothing() -> None:
    assert [name_of(path) for path in modules() if NAMELESS & {path.stem, *path.parts}] == []


def test_migrations_are_named() -> None:
    automatic = [
        name_of(path)
        for package in PACKAGES
        for path in (ROOT / package).rglob("migrations/0*.py")
        if re.search(r"_auto_|_[a-z]+_and_more$", path.stem)
    ]
    assert automatic == []


def test_tests_mirror_the_tree() -> None:
    strays = [
        name_of(folder)
        for package in PACKAGES
        for folder in (ROOT / "tests" / package).rglob("*")
        if folder.is_dir() and folder.name != "__pycache__" and not (ROOT / folder.relative_to(ROOT / "tests")).is_dir()
    ]
    assert strays == []


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    declared = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    without = [one for one in declared if not re.search(rf'"{re.escape(one)}",\s+# \w', text)]
    assert without == []
