"""A real ClickHouse on 127.0.0.1, as Debian packs it. Nothing is installed here: CI fails without the server.

`shared()` gives the server of this process.
"""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from xml.sax.saxutils import escape

import pytest

from catalog.sources.credentials import encrypt
from catalog.sources.models import Source

PASSWORD = "p%40ss w_rd:/@'\\"
READERS = {"reader": 2, "bound": 1, "writer": 0}
"""Users with PASSWORD and what their profile says of writing; `default` has no password and all rights."""
_SERVER = "clickhouse-server"
_PATIENCE_S = 180


def require() -> str:
    """Return the server's program; fail in CI and skip elsewhere when it is not installed."""
    found = shutil.which(_SERVER, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{_SERVER} not found: install clickhouse-server.")
    if found is None:
        pytest.skip(f"{_SERVER} not found: install clickhouse-server to run this.")
    return found


class Server:
    """A server whose user `default` may do everything; the READERS see the databases of tests."""

    host = "127.0.0.1"

    def __init__(self, program: str, root: Path) -> None:
        self.root = root
        self.port, self._tcp_port = _free_port(), _free_port()
        self._write()
        self._process = self._start(program)

    def _write(self) -> None:
        for name in ("data", "tmp"):
            (self.root / name).mkdir()
        (self.root / "config.xml").write_text(
            f"""<yandex><logger><level>warning</level><log>{self.root}/log</log><errorlog>{self.root}/errors</errorlog>
            </logger><http_port>{self.port}</http_port><tcp_port>{self._tcp_port}</tcp_port>
            <listen_host>{self.host}</listen_host><path>{self.root}/data/</path><tmp_path>{self.root}/tmp/</tmp_path>
            <users_config>users.xml</users_config><default_profile>default</default_profile>
            <default_database>default</default_database><mark_cache_size>67108864</mark_cache_size>
            <timezone>UTC</timezone></yandex>"""
        )
        near = "<networks><ip>127.0.0.1</ip></networks><quota>default</quota>"
        users = "".join(
            f"<{name}><password>{escape(PASSWORD)}</password>{near}<profile>{name}</profile></{name}>"
            for name in READERS
        )
        profiles = "".join(f"<{name}><readonly>{value}</readonly></{name}>" for name, value in READERS.items())
        (self.root / "users.xml").write_text(
            f"""<yandex><profiles><default><allow_experimental_low_cardinality_type>1</allow_experimental_low_cardinality_type>
            </default>{profiles}</profiles><quotas><default></default></quotas>
            <users><default><password></password>{near}<profile>default</profile></default>{users}</users></yandex>"""
        )

    def _start(self, program: str) -> subprocess.Popen[bytes]:
        command = [program, f"--config-file={self.root}/config.xml"]
        process = subprocess.Popen(
            command, cwd=self.root, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            self._await(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return process

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self.ask("SELECT 1")
            except (URLError, OSError):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"ClickHouse did not start.\n{self._log()[-3000:]}") from None
                time.sleep(0.1)
            else:
                return

    def _log(self) -> str:
        errors = self.root / "errors"
        return errors.read_text() if errors.exists() else ""

    def ask(self, statement: str) -> str:
        """Run a statement with all rights and return the server's text."""
        request = Request(f"http://{self.host}:{self.port}/", statement.encode(), method="POST")
        try:
            with urlopen(request, timeout=60) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            raise AssertionError(f"{statement}\n{error.read().decode()}") from None

    def run(self, *statements: str) -> None:
        """Run statements with all rights."""
        for statement in statements:
            self.ask(statement)

    def statements(self) -> int:
        """Return how many statements were sent to it so far, this one among them."""
        return int(self.ask("SELECT value FROM system.events WHERE event = 'Query'"))

    def empty(self) -> None:
        """Drop every database but the server's own, and every table of `default`."""
        for name in self.ask("SELECT name FROM system.databases WHERE name NOT IN ('system', 'default')").split("\n"):
            if name:
                self.run(f"DROP DATABASE `{name}`")

    def address(self, **facts: Any) -> dict[str, Any]:
        """Return the facts of a source that points here, with `password` in clear."""
        password = facts.pop("password", PASSWORD)
        known = {
            "engine": "clickhouse",
            "host": self.host,
            "port": self.port,
            "database": "",
            "username": "writer",
            "tls": Source.Tls.OFF,
        }
        return known | {"password_encrypted": encrypt(password) if password else ""} | facts

    def source(self, **facts: Any) -> Source:
        """Return a source of this server, not stored."""
        return Source(**{"name": "Events", "slug": "events"} | self.address(**facts))

    def stop(self) -> None:
        """End the server and remove its files."""
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@cache
def shared() -> Server:
    """Return the one server of this process; it ends with it."""
    program = require()
    server = Server(program, Path(tempfile.mkdtemp(prefix="atrium-clickhouse-")))
    atexit.register(server.stop)
    return server
