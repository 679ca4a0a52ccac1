"""A real MariaDB on 127.0.0.1 for tests and benches. Nothing is installed here: CI fails without the server.

`standing()` gives a server of one's own, `shared()` the one of this process, and `generate()` fills a database.
"""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymysql
import pytest
from pymysql.connections import Connection

from catalog.sources.credentials import encrypt
from catalog.sources.models import Source

PASSWORD = "p%40ss wörd:/@'\\"
_PATIENCE_S = 60
_SERVER, _INSTALLER = "mariadbd", "mariadb-install-db"


def require() -> None:
    """Fail in CI and skip elsewhere when MariaDB is not installed."""
    missing = [name for name in (_SERVER, _INSTALLER) if _found(name) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{', '.join(missing)} not found: install mariadb-server.")
    if missing:
        pytest.skip(f"{', '.join(missing)} not found: install mariadb-server to run this.")


def _found(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


class Server:
    """A server that listens on 127.0.0.1; `root` may do everything and has no password."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        self.host = "127.0.0.1"
        self.port = _free_port()
        self._options = options
        self._account = "mysql" if os.geteuid() == 0 else None
        self._install()
        self._process = self._start()

    def _install(self) -> None:
        self.root.chmod(0o755)
        if self._account:
            shutil.chown(self.root, self._account)
        command = [_found(_INSTALLER) or "", "--no-defaults", f"--datadir={self.root / 'data'}", "--skip-test-db"]
        command += ["--auth-root-authentication-method=normal", *self._user()]
        subprocess.run(command, check=True, capture_output=True)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [
            *(_found(_SERVER) or "", "--no-defaults", f"--datadir={self.root / 'data'}", *self._user()),
            *("--bind-address=127.0.0.1", f"--port={self.port}", f"--socket={self.root / 'socket'}"),
            *(f"--pid-file={self.root / 'pid'}", f"--log-error={self.root / 'log.err'}", "--table-open-cache=2000"),
            *("--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve"),
            *self._options,
        ]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            self._await(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return process

    def _user(self) -> list[str]:
        return [f"--user={self._account}"] if self._account else []

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        log = self.root / "log.err"
        while not (log.exists() and "ready for connections" in log.read_text()):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"MariaDB did not start.\n{log.read_text()[-2000:] if log.exists() else ''}")
            time.sleep(0.1)

    def admin(self, database: str | None = None) -> "Connection[Any]":
        """Connect with all rights, over the socket file."""
        return pymysql.connect(
            unix_socket=str(self.root / "socket"), user="root", database=database, autocommit=True, charset="utf8mb4"
        )

    def run(self, *statements: str, database: str | None = None) -> None:
        """Run statements with all rights."""
        with self.admin(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask with all rights."""
        with self.admin() as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    @contextmanager
    def reader(self, *grants: str) -> Iterator[str]:
        """Make a user with PASSWORD for the body; each grant reads "SELECT, SHOW VIEW ON sales.*"."""
        name = f"reader_{uuid4().hex[:8]}"
        with self.admin() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE USER {name} IDENTIFIED BY %s", [PASSWORD])
            for grant in grants:
                cursor.execute(f"GRANT {grant} TO {name}")
        yield name
        self.run(f"DROP USER {name}")

    @contextmanager
    def database(self, *statements: str, name: str = "") -> Iterator[str]:
        """Make a database for the body and run statements in it."""
        name = name or f"warehouse_{uuid4().hex[:8]}"
        self.run(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        try:
            self.run(*statements, database=name)
            yield name
        finally:
            self.run(f"DROP DATABASE IF EXISTS `{name}`")

    def address(self, **facts: Any) -> dict[str, Any]:
        """Return the facts of a source that points here, by TCP, with `password` in clear."""
        password = facts.pop("password", "")
        known = {
            "engine": "mariadb",
            "host": self.host,
            "port": self.port,
            "database": "",
            "username": "root",
            "tls": Source.Tls.PREFER,
        }
        return known | {"password_encrypted": encrypt(password) if password else ""} | facts

    def source(self, **facts: Any) -> Source:
        """Return a source of this server, not stored."""
        return Source(**{"name": "Shop", "slug": "shop"} | self.address(**facts))

    def stop(self) -> None:
        """End the server and remove its files."""
        self._process.terminate()
        self._process.wait(_PATIENCE_S)
        shutil.rmtree(self.root, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def standing(*options: str) -> Iterator[Server]:
    """Start a server with more options for the body."""
    require()
    server = Server(Path(tempfile.mkdtemp(prefix="atrium-mariadb-")), *options)
    try:
        yield server
    finally:
        server.stop()


@cache
def _the_shared() -> Server:
    server = Server(Path(tempfile.mkdtemp(prefix="atrium-mariadb-")))
    atexit.register(server.stop)
    return server


def shared() -> Server:
    """Return the one server of this process; it ends with it."""
    require()
    return _the_shared()


def generate(connection: "Connection[Any]", tables: int, database: str = "generated") -> None:
    """Make a database anew with so many tables of 20 columns, and a view for every tenth.

    Tables have comments, a primary key, a unique key, an index and a foreign key to the table before.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{database}`")
        cursor.execute(f"CREATE DATABASE `{database}` CHARACTER SET utf8mb4 COMMENT 'Made by a generator'")
        for number in range(1, tables + 1):
            cursor.execute(_table(database, number))
            if number % 10 == 0:
                view = f"CREATE VIEW `{database}`.view_{number}"
                cursor.execute(f"{view} AS SELECT id, code, amount_1 FROM `{database}`.t_{number}")


def _table(database: str, number: int) -> str:
    amounts = [f"amount_{each} decimal(12,{each % 5}) COMMENT 'Amount {each} of t_{number}'" for each in range(1, 9)]
    parts = [
        "id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY",
        "parent bigint",
        "code varchar(20) NOT NULL COMMENT 'Business key'",
        *amounts,
        *(f"note_{each} varchar({50 + each}) NOT NULL DEFAULT 'none'" for each in range(1, 7)),
        "state enum('new','done') DEFAULT 'new'",
        "made_at datetime DEFAULT current_timestamp",
        "updated_at timestamp NULL COMMENT 'Last change'",
        "UNIQUE KEY code (code)",
        "KEY made (made_at, state)",
    ]
    if number > 1:
        parts.append(f"FOREIGN KEY (parent) REFERENCES `{database}`.t_{number - 1} (id)")
    return f"CREATE TABLE `{database}`.t_{number} ({', '.join(parts)}) COMMENT 'Table {number}'"
