"""From a bare Python to an environment that can run Atrium; standard library only."""

from __future__ import annotations  # an older Python must read this file far enough to be told that it is too old

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "atrium-installed.json"
CHROMIUM = Path("/usr/bin/chromium")
SERVERS = {"mariadb-server": Path("/usr/sbin/mariadbd"), "clickhouse-server": Path("/usr/sbin/clickhouse-server")}
EXTRAS = {"demo": {"demo"}, "verify": {"demo", "dev"}}


def enter(arguments: Sequence[str]) -> None:
    """Return if this interpreter can go on; otherwise prepare `.venv` and start again inside it.

    Raises SystemExit with a plain message when the machine lacks something only its owner can install.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what says so to an older Python
        raise SystemExit(f"Atrium needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    command = arguments[0] if arguments else ""
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    own_environment = not inside and find_spec("django") is not None
    installed = False
    if not own_environment and (command in EXTRAS or not inside):
        installed = ensure_packages(EXTRAS.get(command, set()))
    if command == "verify":
        verify(_python(inside or own_environment), arguments[1:])
    if not own_environment and (installed or not inside):
        _replace_process([str(VENV / "bin" / "python"), str(ROOT / "manage.py"), *arguments])


def ensure_packages(extras: Iterable[str]) -> bool:
    """Make `.venv` with these extras of pyproject.toml unless it has them; True if something was installed."""
    stamp = _read_stamp()
    wanted = sorted({*extras, *_installed_extras(stamp)})
    fingerprint = fingerprint_of(wanted)
    if stamp == {"extras": wanted, "fingerprint": fingerprint} and (VENV / "bin" / "python").exists():
        return False
    _ensure_venv()
    print("Installing packages into .venv (once; later starts skip this)", flush=True)
    target = f"{ROOT}[{','.join(wanted)}]" if wanted else str(ROOT)
    _pip("install", "--editable", target)
    STAMP.write_text(json.dumps({"extras": wanted, "fingerprint": fingerprint}))
    return True


def fingerprint_of(extras: Iterable[str]) -> str:
    """Changes when the packages that pyproject.toml asks for change."""
    import tomllib  # new in Python 3.11

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [project["dependencies"], [project["optional-dependencies"][extra] for extra in sorted(extras)]]
    return hashlib.sha256(json.dumps([asked, sys.version_info[:2]]).encode()).hexdigest()


def verify(python: str, arguments: Sequence[str]) -> NoReturn:
    """Run all tests with the browser and the servers they need, or hand the arguments to pytest.

    The journeys run by themselves: they serve the portal on the connection of the test, whose event loop must not be
    shared with tests that commit. The big engines come one after the other.
    """
    if "not journey" not in arguments:
        ensure_chromium()
    ensure_servers()
    os.chdir(ROOT)
    pytest = [python, "-m", "pytest"]
    first_parts = [] if arguments else [["-n", "2", "-m", "not journey and not heavy"], ["-m", "heavy"]]
    for part in first_parts:
        done = subprocess.run([*pytest, *part], check=False)
        if done.returncode != 0:
            raise SystemExit(done.returncode)
    _replace_process([*pytest, "-n", "2", *(arguments or ["-m", "journey"])])


def ensure_chromium() -> None:
    if CHROMIUM.exists():
        return
    packages = ["chromium", "fonts-dejavu-core"]
    hint = 'or leave the browser out: python3 manage.py verify -m "not journey"'
    _apt(packages, why="The browser journeys need Chromium", otherwise=hint)


def ensure_servers() -> None:
    """Install as root on Debian what tests harvest; without them those tests say so and are left out."""
    missing = [package for package, program in SERVERS.items() if not program.exists()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _apt(missing, why="Tests harvest real servers")


def _ensure_venv() -> None:
    if _works(VENV / "bin" / "python", "-m", "pip", "--version"):
        return
    if find_spec("ensurepip") is None:
        _apt(["python3-venv"], why="This Python cannot make a virtual environment")
    print("Making .venv", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode != 0:
        raise SystemExit(f"No virtual environment could be made in {VENV}; see above.")


def _apt(packages: list[str], *, why: str, otherwise: str = "") -> None:
    """Install Debian packages as root, or say which are missing."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        command = f"    sudo {' '.join(install)}"
        raise SystemExit("\n".join(line for line in (f"{why}. Install it with", command, otherwise) if line))
    print(f"{why}: installing {', '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command_line in (["apt-get", "update", "-q"], install):
        done = subprocess.run(command_line, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{why}, and `{' '.join(install)}` failed; see above.")


def _pip(*arguments: str) -> None:
    """Run pip, showing a line per package; its whole output only if it fails."""
    command = [str(VENV / "bin" / "python"), "-m", "pip", *arguments, "--no-input", "--disable-pip-version-check"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as pip:
        lines = []
        for line in pip.stdout or ():
            lines.append(line)
            if line.startswith(("Collecting ", "Installing ", "Successfully installed")):
                print(f"  {line.strip()[:100]}", flush=True)
    if pip.returncode != 0:
        raise SystemExit("".join(lines[-30:]) + "\nThe packages could not be installed; see above, then try again.")


def _works(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _read_stamp() -> dict[str, object]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _installed_extras(stamp: dict[str, object]) -> list[str]:
    extras = stamp.get("extras")
    return [str(extra) for extra in extras] if isinstance(extras, list) else []


def _python(this_one: bool) -> str:
    return sys.executable if this_one else str(VENV / "bin" / "python")


def _replace_process(command: list[str]) -> NoReturn:
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - no shell wanted
