"""The peer: acryl-datahub in a virtual environment of its own, outside of this tree, made when it is missing."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

VERSION = "1.7.0.17"


def home() -> Path:
    """Where its environment is: ATRIUM_DATAHUB_VENV, else a folder in the benchmarks' cache."""
    cache = Path(os.environ.get("ATRIUM_BENCH_CACHE", "~/.cache/atrium-bench")).expanduser()
    return Path(os.environ.get("ATRIUM_DATAHUB_VENV") or cache / f"datahub-{VERSION}")


def is_there() -> bool:
    """Return whether it is installed."""
    return (home() / "bin" / "datahub").exists()


def install() -> None:
    """Install it: about 700 MB, minutes."""
    print(f"Installing acryl-datahub {VERSION} into {home()}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(home())], check=True)
    pip = [str(home() / "bin" / "pip"), "install", "-q", f"acryl-datahub[postgres]=={VERSION}"]
    subprocess.run(pip, check=True)


def ingest(url: str) -> int:
    """Extract everything into a file; return the number of relations it found."""
    with tempfile.TemporaryDirectory() as folder:
        recipe, target = Path(folder, "recipe.json"), Path(folder, "facts.json")
        recipe.write_text(json.dumps(_recipe(url, target)))
        environment = os.environ | {"DATAHUB_TELEMETRY_ENABLED": "false", "HOME": folder}
        command = [str(home() / "bin" / "datahub"), "ingest", "--no-default-report", "-c", str(recipe)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
        return target.read_text().count('"aspectName": "schemaMetadata"')


def _recipe(url: str, target: Path) -> dict[str, object]:
    facts = conninfo_to_dict(url)
    return {
        "source": {
            "type": "postgres",
            "config": {
                "host_port": f"{facts['host']}:{facts['port']}",
                "database": facts["dbname"],
                "username": facts["user"],
                "password": facts["password"],
                "profiling": {"enabled": False},
            },
        },
        "sink": {"type": "file", "config": {"filename": str(target)}},
    }
