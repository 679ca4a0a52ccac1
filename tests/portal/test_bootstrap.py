import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portal import bootstrap

PYPROJECT = """\
[project]
dependencies = ["Django=={version}"]
[project.optional-dependencies]
demo = ["numpy"]
dev = ["pytest"]
[tool.ruff]
line-length = {length}
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own, outside of whose environment this interpreter runs."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "stamp.json")
    write_pyproject(tmp_path)
    return tmp_path


@pytest.fixture
def installs(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What pip was asked to install; nothing is installed."""
    asked: list[str] = []

    def make_venv() -> None:
        (checkout / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (checkout / ".venv" / "bin" / "python").touch()

    monkeypatch.setattr(bootstrap, "_ensure_venv", make_venv)
    monkeypatch.setattr(bootstrap, "_pip", lambda *arguments: asked.append(arguments[-1]))
    return asked


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands by which this process would have been replaced."""
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "_replace_process", commands.append)
    return commands


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter without packages."""
    monkeypatch.setattr(bootstrap, "find_spec", lambda name: None)


def write_pyproject(root: Path, *, version: str = "5.2.19", length: int = 120) -> None:
    (root / "pyproject.toml").write_text(PYPROJECT.format(version=version, length=length))


def test_packages_are_installed_once(checkout: Path, installs: list[str]) -> None:
    assert bootstrap.ensure_packages({"demo"}) is True
    assert bootstrap.ensure_packages({"demo"}) is False

    assert installs == [f"{checkout}[demo]"]


def test_further_extras_are_added_and_earlier_ones_kept(checkout: Path, installs: list[str]) -> None:
    bootstrap.ensure_packages(set())
    bootstrap.ensure_packages({"demo"})
    bootstrap.ensure_packages({"dev"})
    bootstrap.ensure_packages(set())

    assert installs == [str(checkout), f"{checkout}[demo]", f"{checkout}[demo,dev]"]


def test_another_pinned_version_installs_again_but_a_lint_rule_does_not(checkout: Path, installs: list[str]) -> None:
    bootstrap.ensure_packages({"demo"})
    write_pyproject(checkout, length=100)
    assert bootstrap.ensure_packages({"demo"}) is False

    write_pyproject(checkout, version="5.2.20")

    assert bootstrap.ensure_packages({"demo"}) is True
    assert len(installs) == 2


def test_a_failed_installation_leaves_no_stamp(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: str) -> None:
        raise SystemExit("no network")

    monkeypatch.setattr(bootstrap, "_ensure_venv", (checkout / ".venv").mkdir)
    monkeypatch.setattr(bootstrap, "_pip", fail)

    with pytest.raises(SystemExit):
        bootstrap.ensure_packages({"demo"})

    assert not (checkout / ".venv" / "stamp.json").exists()


def test_a_damaged_stamp_installs_again(checkout: Path, installs: list[str]) -> None:
    bootstrap.ensure_packages({"demo"})
    (checkout / ".venv" / "stamp.json").write_text("{")

    assert bootstrap.ensure_packages({"demo"}) is True


@pytest.mark.usefixtures("bare")
def test_a_bare_python_starts_again_inside_the_environment(
    checkout: Path, installs: list[str], replaced: list[list[str]]
) -> None:
    bootstrap.enter(["demo", "--port", "1"])

    assert installs == [f"{checkout}[demo]"]
    assert replaced == [[f"{checkout}/.venv/bin/python", f"{checkout}/manage.py", "demo", "--port", "1"]]


def test_an_environment_of_ones_own_is_left_alone(
    checkout: Path, installs: list[str], replaced: list[list[str]]
) -> None:
    bootstrap.enter(["demo"])

    assert (installs, replaced) == ([], [])


def test_inside_the_environment_a_second_run_goes_straight_on(
    checkout: Path, installs: list[str], replaced: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.ensure_packages({"demo"})
    monkeypatch.setattr(sys, "prefix", str(checkout / ".venv"))

    bootstrap.enter(["demo"])

    assert (len(installs), replaced) == (1, [])


@pytest.mark.usefixtures("bare")
def test_verify_hands_its_arguments_to_pytest(
    checkout: Path, installs: list[str], replaced: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)

    bootstrap.enter(["verify", "-m", "not journey"])

    assert installs == [f"{checkout}[demo,dev]"]
    assert replaced[0] == [f"{checkout}/.venv/bin/python", "-m", "pytest", "-n", "2", "-m", "not journey"]


@pytest.mark.parametrize(
    ("missing", "act"),
    [
        ("python3-venv", lambda: bootstrap._ensure_venv()),
        ("chromium", bootstrap.ensure_chromium),
    ],
)
@pytest.mark.usefixtures("bare", "checkout")
def test_without_root_the_exact_command_is_told(
    missing: str, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "CHROMIUM", Path("/nowhere/chromium"))

    with pytest.raises(SystemExit, match=f"sudo apt-get install -y --no-install-recommends {missing}"):
        act()


def test_without_root_missing_servers_are_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "SERVERS", {"mariadb-server": Path("/nowhere/mariadbd")})
    monkeypatch.setattr(bootstrap, "_apt", lambda packages, **_: asked.append(packages))

    bootstrap.ensure_servers()

    assert asked == []


def test_the_stamp_names_what_was_installed(checkout: Path, installs: list[str]) -> None:
    bootstrap.ensure_packages({"demo"})

    stamp = json.loads((checkout / ".venv" / "stamp.json").read_text())
    assert stamp == {"extras": ["demo"], "fingerprint": bootstrap.fingerprint_of(["demo"])}


def test_importing_it_loads_nothing_that_must_be_installed() -> None:
    script = "import sys, portal.bootstrap; print({'django', 'psycopg', 'celery'} & {*sys.modules})"

    done = subprocess.check_output([sys.executable, "-c", script], text=True, cwd=Path(__file__).parents[2])

    assert done == "set()\n"
