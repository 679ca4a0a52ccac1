"""Python and the installed packages against pyproject.toml."""

import platform
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from portal.management.doctor.findings import Finding, fail, ok, warn
from portal.management.place import REPOSITORY, Place

_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[.*\])?(==(?P<pin>[^,;]+))?")


def python(place: Place) -> Iterator[Finding]:
    yield ok("Python", platform.python_version())  # an older one than 3.11 does not come this far


def packages(place: Place, pyproject: Path = REPOSITORY / "pyproject.toml") -> Iterator[Finding]:
    asked: list[str] = tomllib.loads(pyproject.read_text())["project"]["dependencies"]
    missing, other = [], []
    for requirement in asked:
        match = _REQUIREMENT.match(requirement)
        name, pin = (match["name"], match["pin"]) if match else (requirement, None)
        try:
            installed = version(name)
        except PackageNotFoundError:
            missing.append(name)
            continue
        if pin and installed != pin:
            other.append(f"{name} {installed} instead of {pin}")
    mend = f"{sys.executable} -m pip install --editable {REPOSITORY}"
    if missing:
        yield fail("Packages", f"Not installed: {', '.join(missing)}.", mend)
    if other:
        yield warn("Packages", f"Other versions than pyproject.toml asks for: {', '.join(other)}.", mend)
    if not missing and not other:
        yield ok("Packages", f"all {len(asked)} of pyproject.toml, as pinned")
