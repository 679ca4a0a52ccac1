"""The command `up` as a user runs it, with real processes."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from portal import services
from portal.management import running
from portal.management.place import REPOSITORY, Place
from portal.services import ServiceError

PATIENCE = 180.0


class Run:
    """A running `manage.py up` with its output."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.output = var.parent / "output"
        environment = {key: text for key, text in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
        environment |= {"ATRIUM_VAR": str(var), "DJANGO_SETTINGS_MODULE": "portal.settings.local"}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"], cwd=REPOSITORY, env=environment, stdout=output, stderr=output
            )

    def wait_for(self, pattern: str) -> str:
        """The first match in the output."""
        wait_for(lambda: re.search(pattern, self.output.read_text()) or self.process.poll() is not None)
        found = re.search(pattern, self.output.read_text())
        assert found, self.output.read_text()
        return found[1]

    def child(self, name: str) -> int:
        """The pid of the child whose command line contains the name."""
        (pid,) = [pid for pid in children_of(self.process.pid) if name in command_of(pid)]
        return pid


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def children_of(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def health(address: str) -> int:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.fixture
def run() -> Iterator[Run]:
    # Not pytest's tmp_path: its parents are closed to the user that root hands the services to.
    with TemporaryDirectory(prefix="atrium-") as directory:
        Path(directory).chmod(0o755)
        run = Run(Path(directory) / "var")
        yield run
        run.process.kill()
        run.process.wait()
        services.remove(run.var)


@pytest.mark.engine
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
def test_up_serves_survives_kills_and_stops_cleanly(run: Run) -> None:
    address = run.wait_for(r"Atrium is ready after \d+ s:  (\S+)")
    run.wait_for(r"(Ctrl-C stops everything)")
    assert health(address) == 200
    children = children_of(run.process.pid)
    assert len(children) == 3

    os.kill(run.child("celery -A portal.celery worker"), signal.SIGKILL)
    run.wait_for(r"The worker has (ended) \(SIGKILL\); started again")
    postmaster = services.status(run.var)[0].pid
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    run.wait_for(r"(PostgreSQL) has ended; started again")
    wait_for(lambda: health(address) == 200)

    children = children_of(run.process.pid)
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(timeout=PATIENCE) == 0

    assert run.output.read_text().endswith("Stopped. The data are kept; the same command starts again.\n")
    assert [pid for pid in children if Path(f"/proc/{pid}/stat").exists()] == []
    assert [state.running for state in services.status(run.var)] == [False, False]


def test_two_portals_do_not_share_their_data(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.make()

    with running._alone(place), pytest.raises(ServiceError, match=rf"already runs .* \(process {os.getpid()}\)"):
        running.Portal(place, port=1).run()


def test_an_asked_port_must_be_free_and_a_usual_one_may_move() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        with pytest.raises(ServiceError, match=f"Port {taken} is in use: choose another with --port"):
            running.choose_port(taken)

    assert running.choose_port(taken) == taken
    assert running.choose_port(None) >= running.USUAL_PORT


def test_data_on_servers_of_ones_own_are_never_deleted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/atrium")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    with pytest.raises(ServiceError, match="drop and create those databases yourself"):
        running.remove_data(Place(tmp_path))
