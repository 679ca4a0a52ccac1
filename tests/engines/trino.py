"""A real Trino 476 on 127.0.0.1: over HTTP without passwords, over HTTPS with them.

The tarball comes from Maven Central (821 MB) and is unpacked once into the cache of this account; CI fails without it.
`shared()` gives the server of this process.
"""

import atexit
import datetime as dt
import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from trino.dbapi import connect

from catalog.sources.credentials import encrypt
from catalog.sources.models import Source

VERSION = "476"
PASSWORD = "p%40ss wörd:/@'\\"
USER = "reader"
_ARTIFACT = f"io.trino:trino-server:{VERSION}:tar.gz"
_TARBALL = Path.home() / f".m2/repository/io/trino/trino-server/{VERSION}/trino-server-{VERSION}.tar.gz"
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "atrium/engines"
_PLUGINS = ("tpch", "tpcds", "memory", "postgresql", "geospatial", "password-authenticators")
_OLDEST_JAVA = 24
_PATIENCE_S = 180


def require() -> Path:
    """Return the unpacked server, downloaded when it must be; fail in CI and skip elsewhere when it can't be had."""
    home = _CACHE / f"trino-server-{VERSION}"
    try:
        if not (home / "complete").exists():
            _unpack(home)
        _java()
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI"):
            pytest.fail(f"Trino {VERSION} can't be had: {error}")
        pytest.skip(f"Trino {VERSION} can't be had: {error}")
    return home


def _unpack(home: Path) -> None:
    if not _TARBALL.exists():
        if not os.environ.get("CI") and os.environ.get("ATRIUM_DOWNLOAD") != "1":
            raise OSError("set ATRIUM_DOWNLOAD=1 to have it downloaded (821 MB)")
        subprocess.run(
            ["mvn", "-q", "-B", "dependency:get", "-Dtransitive=false", f"-Dartifact={_ARTIFACT}"], check=True
        )
    shutil.rmtree(home, ignore_errors=True)
    _CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
        subprocess.run(["tar", "xzf", str(_TARBALL), "-C", scratch], check=True)
        unpacked = Path(scratch) / home.name
        for plugin in (unpacked / "plugin").iterdir():
            if plugin.name not in _PLUGINS:
                shutil.rmtree(plugin)
        (unpacked / "complete").touch()
        unpacked.rename(home)


def _java() -> Path:
    """Return a Java that is new enough; raise OSError when there is none."""
    named = [Path(os.environ["TRINO_JAVA_HOME"])] if "TRINO_JAVA_HOME" in os.environ else []
    for home in (*named, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)):
        release = home / "release"
        words = release.read_text() if release.is_file() else ""
        version = next((line.split('"')[1] for line in words.splitlines() if line.startswith("JAVA_VERSION=")), "0")
        if int(version.split(".")[0]) >= _OLDEST_JAVA and (home / "bin/java").exists():
            return home / "bin/java"
    raise OSError(f"it needs Java {_OLDEST_JAVA} or newer; name one by TRINO_JAVA_HOME")


class Server:
    """A server with the catalogs tpch, tpcds and memory. USER signs in with PASSWORD over HTTPS."""

    host = "127.0.0.1"

    def __init__(self, home: Path, root: Path) -> None:
        self.root = root
        self.port, self.tls_port = _free_port(), _free_port()
        self.certificate = _certificate(root)
        self._write(home)
        self._process = self._start(home)

    def _write(self, home: Path) -> None:
        etc = self.root / "etc"
        (etc / "catalog").mkdir(parents=True)
        for name in ("tpch", "tpcds", "memory"):
            (etc / f"catalog/{name}.properties").write_text(f"connector.name={name}\n")
        (etc / "config.properties").write_text(
            f"coordinator=true\nnode-scheduler.include-coordinator=true\nhttp-server.http.port={self.port}\n"
            f"discovery.uri=http://127.0.0.1:{self.port}\nplugin.dir={home}/plugin\ncatalog.config-dir={etc}/catalog\n"
            f"http-server.https.enabled=true\nhttp-server.https.port={self.tls_port}\n"
            f"http-server.https.keystore.path={self.root}/server.pem\nhttp-server.authentication.type=PASSWORD\n"
            "http-server.authentication.allow-insecure-over-http=true\n"
            f"password-authenticator.config-files={etc}/password.properties\n"
            "internal-communication.shared-secret=only-for-tests\n"
        )
        (etc / "password.properties").write_text(
            f"password-authenticator.name=file\nfile.password-file={etc}/passwords\n"
        )
        (etc / "passwords").write_text(f"{USER}:{_hashed(PASSWORD)}\n")

    def _start(self, home: Path) -> subprocess.Popen[bytes]:
        facts = {"environment": "test", "bind-ip": self.host, "internal-address": self.host, "data-dir": self.root}
        command = [
            *(str(_java()), "-server", "-Xmx1500m", "-XX:+UseG1GC", "-Djdk.attach.allowAttachSelf=true"),
            *("--add-opens=java.base/java.nio=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"),
            *(f"-Dnode.{name}={value}" for name, value in facts.items()),
            *(f"-Dconfig={self.root}/etc/config.properties", "-cp", f"{home}/lib/*", "io.trino.server.TrinoServer"),
        ]
        with (self.root / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=self.root, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._await(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return process

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not self._is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Trino did not start.\n{(self.root / 'log').read_text()[-3000:]}")
            time.sleep(0.5)

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"http://{self.host}:{self.port}/v1/info", timeout=5) as answer:
                return not json.load(answer)["starting"]
        except (URLError, OSError):
            return False

    def rows(self, statement: str) -> list[list[Any]]:
        """Run a statement with all rights and return what it gives."""
        connection = connect(host=self.host, port=self.port, user="admin")  # type: ignore[no-untyped-call]
        cursor = connection.cursor()
        cursor.execute(statement)
        return [list(row) for row in cursor.fetchall()]

    def run(self, *statements: str) -> None:
        """Run statements with all rights."""
        for statement in statements:
            self.rows(statement)

    def statements(self) -> int:
        """Return how many statements were sent to it by harvests so far."""
        ((number,),) = self.rows("SELECT count(*) FROM system.runtime.queries WHERE source = 'atrium harvest'")
        return int(number)

    def empty(self) -> None:
        """Drop every schema of the memory catalog but `default`."""
        for schema, table, kind in self.rows(
            "SELECT table_schema, table_name, table_type FROM memory.information_schema.tables"
            " WHERE table_schema <> 'information_schema' ORDER BY table_type DESC"
        ):
            name = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, table))
            self.run(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} memory.{name}")
        for (schema,) in self.rows("SHOW SCHEMAS FROM memory"):
            if schema not in ("default", "information_schema"):
                self.run(f'DROP SCHEMA memory."{schema}"')

    def address(self, **facts: Any) -> dict[str, Any]:
        """Return the facts of a source that points here, over HTTP unless told, with `password` in clear."""
        password = facts.pop("password", "")
        is_plain = facts.get("tls", Source.Tls.OFF) == Source.Tls.OFF
        known = {
            "engine": "trino",
            "host": self.host,
            "port": self.port if is_plain else self.tls_port,
            "database": "memory",
            "username": USER,
            "tls": Source.Tls.OFF,
        }
        return known | {"password_encrypted": encrypt(password) if password else ""} | facts

    def source(self, **facts: Any) -> Source:
        """Return a source of this server, not stored."""
        return Source(**{"name": "Lake", "slug": "lake"} | self.address(**facts))

    def stop(self) -> None:
        """End the server and remove its files."""
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


def _hashed(password: str) -> str:
    """Return a password as Trino's file of passwords holds it."""
    rounds, salt = 1000, os.urandom(8)
    digest = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, rounds)
    return f"{rounds}:{salt.hex()}:{digest.hex()}"


def _certificate(root: Path) -> Path:
    """Write the server's key and certificate, made out to `localhost` alone; return the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (root / "server.pem").write_bytes(secret + shown)
    (root / "certificate.pem").write_bytes(shown)
    return root / "certificate.pem"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@cache
def shared() -> Server:
    """Return the one server of this process; it ends with it."""
    home = require()
    server = Server(home, Path(tempfile.mkdtemp(prefix="atrium-trino-")))
    atexit.register(server.stop)
    return server
