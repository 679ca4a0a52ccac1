"""A real Nessie 0.99.0 on 127.0.0.1, an Iceberg REST catalog whose tables lie in moto's S3.

The program comes from Maven Central (245 MB); CI fails without it.
"""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engines import moto, trino

VERSION = "0.99.0"
_ARTIFACT = f"org.projectnessie.nessie:nessie-quarkus:{VERSION}:jar:runner"
_FOLDER = Path.home() / ".m2/repository/org/projectnessie/nessie/nessie-quarkus" / VERSION
_JAR = _FOLDER / f"nessie-quarkus-{VERSION}-runner.jar"
_PATIENCE_S = 180
_STORE = "nessie.catalog.service.s3.default-options"


@dataclass(frozen=True)
class Nessie:
    """A running server; `store` holds the bucket "lake" of its warehouse "lake"."""

    port: int
    store: moto.Store

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/iceberg"


def _require() -> tuple[Path, Path]:
    """Return Java and the program; fail in CI and skip elsewhere when they can't be had."""
    try:
        if not _JAR.exists():
            _download()
        return trino._java(), _JAR
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI"):
            pytest.fail(f"Nessie {VERSION} can't be had: {error}")
        pytest.skip(f"Nessie {VERSION} can't be had: {error}")


def _download() -> None:
    if not os.environ.get("CI") and os.environ.get("ATRIUM_DOWNLOAD") != "1":
        raise OSError("set ATRIUM_DOWNLOAD=1 to have it downloaded (245 MB)")
    subprocess.run(["mvn", "-q", "-B", "dependency:get", "-Dtransitive=false", f"-Dartifact={_ARTIFACT}"], check=True)


@contextmanager
def running() -> Iterator[Nessie]:
    """Start Nessie and its store for the body."""
    java, jar = _require()
    with moto.running() as store:
        nessie = Nessie(_free_port(), store)
        settings = {
            "quarkus.http.host": "127.0.0.1",
            "quarkus.http.port": nessie.port,
            "quarkus.management.host": "127.0.0.1",
            "quarkus.management.port": _free_port(),
            "nessie.version.store.type": "IN_MEMORY",
            "nessie.catalog.default-warehouse": "lake",
            "nessie.catalog.warehouses.lake.location": "s3://lake/warehouse",
            f"{_STORE}.endpoint": f"{store.endpoint}/",
            f"{_STORE}.region": moto.REGION,
            f"{_STORE}.path-style-access": "true",
            f"{_STORE}.access-key": "urn:nessie-secret:quarkus:keys.s3",
            "keys.s3.name": moto.KEY,
            "keys.s3.secret": moto.SECRET,
        }
        options = [f"-D{name}={value}" for name, value in settings.items()]
        command = [str(java), "-Xmx500m", *options, "-jar", str(jar)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            store.system.create_dir("lake")
            _wait(nessie, server)
            yield nessie
        finally:
            server.terminate()
            server.wait()


def _wait(nessie: Nessie, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        assert server.poll() is None, "Nessie did not start"
        with suppress(OSError), urllib.request.urlopen(f"{nessie.address}/v1/config?warehouse=lake", timeout=5):
            return
        time.sleep(0.3)
    raise AssertionError("Nessie does not answer")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
