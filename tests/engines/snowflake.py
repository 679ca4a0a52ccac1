"""A stand-in for Snowflake, fakesnow, in a virtual environment of its own: it needs an older driver and another DuckDB.

What is harvested there comes back as rows. It knows no account usage, and no keys of a whole database.
"""

import json
import os
import subprocess
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

_PACKAGES = ("fakesnow==0.12.1", "snowflake-connector-python==4.8.1", "SQLAlchemy==2.1.9")
_DIALECT = "snowflake-sqlalchemy==2.1.0"  # asks for a newer driver than the stand-in can patch, and works with this one
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "atrium/engines"
_PATIENCE_S = 300


def require() -> Path:
    """Return the interpreter of the environment, made when it must be; fail in CI and skip elsewhere without it."""
    home = _CACHE / "fakesnow-0.12.1"
    python = home / "bin/python"
    if (home / "complete").exists():
        return python
    if not os.environ.get("CI") and os.environ.get("ATRIUM_DOWNLOAD") != "1":
        pytest.skip("fakesnow is not installed: set ATRIUM_DOWNLOAD=1 to have it installed (250 MB)")
    try:
        venv.create(home, clear=True, with_pip=True)
        for packages in (_PACKAGES, ("--no-deps", _DIALECT)):
            subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True, timeout=_PATIENCE_S * 2)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.fail(f"fakesnow can't be had: {error}")
    (home / "complete").touch()
    return python


def read(*statements: str) -> dict[str, Any]:
    """Run statements there, then read everything with the connector; return what it found, by kind of row."""
    command = [str(require()), "-W", "ignore", "-m", "tests.engines.snowflake_reading"]
    facts = {"packages": sysconfig.get_paths()["purelib"], "statements": statements}
    done = subprocess.run(
        command,
        input=json.dumps(facts),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
