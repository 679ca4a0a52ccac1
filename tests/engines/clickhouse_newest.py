"""ClickHouse 26.9 without a server: chdb, in a folder of its own, since it brings packages in other versions than ours.

It answers statements in its own process only, so nothing of the line is tried with it; for that there is clickhouse.py.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PACKAGE = "chdb==4.4.0"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "atrium/engines"
_PATIENCE_S = 600


def require() -> Path:
    """Return the folder, filled when it must be; fail in CI and skip elsewhere when it can't be."""
    home = _CACHE / "chdb-4.4.0"
    if (home / "complete").exists():
        return home
    if not os.environ.get("CI") and os.environ.get("ATRIUM_DOWNLOAD") != "1":
        pytest.skip("chdb is not installed: set ATRIUM_DOWNLOAD=1 to have it installed (534 MB)")
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(home), _PACKAGE]
    try:
        subprocess.run(command, check=True, timeout=_PATIENCE_S)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.fail(f"chdb can't be had: {error}")
    (home / "complete").touch()
    return home


def read(*statements: str) -> dict[str, Any]:
    """Run statements there, then read everything with the connector's own; return what it found, by kind of row."""
    given = json.dumps({"packages": str(require()), "statements": statements})
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.engines.clickhouse_newest_reading"],
        input=given,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
