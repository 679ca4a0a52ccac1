"""A real S3 server on this machine: moto's, in a process of its own."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow.fs as fs

_PATIENCE_S = 60
KEY, SECRET, REGION = "reader", "only for reading", "us-east-1"


@dataclass(frozen=True)
class Store:
    """A running server."""

    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def system(self) -> fs.S3FileSystem:
        """Return a way in with all rights."""
        return fs.S3FileSystem(
            access_key=KEY,
            secret_key=SECRET,
            endpoint_override=self.endpoint,
            region=REGION,
            allow_bucket_creation=True,
            allow_bucket_deletion=True,
        )

    def reset(self) -> None:
        """Forget all buckets."""
        self.post("/moto-api/reset")

    def check_keys(self, *, after: int | str) -> None:
        """Check access keys from so many requests on; "inf" for never, as at first."""
        self.post("/moto-api/reset-auth", str(after).encode())

    def post(self, path: str, body: bytes = b"") -> None:
        request = urllib.request.Request(self.endpoint + path, body, {"Content-Type": "text/plain"}, method="POST")
        with urllib.request.urlopen(request):
            pass


@contextmanager
def running() -> Iterator[Store]:
    """Start a server for the body."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield Store(port)
    finally:
        server.terminate()
        server.wait()


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        assert server.poll() is None, "moto did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("moto does not answer")
