"""Starting, stopping and looking at both services of one root directory, under its lock."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from portal.services import home, postgres, state, valkey
from portal.services.errors import ServiceError
from portal.services.state import Endpoints, ServiceStatus, State


def start(root: Path, *, durable: bool = True, say: Callable[[str], object] = lambda line: None) -> Endpoints:
    """Start both services with their data under `root` and wait until they answer; does nothing if they run.

    `durable=False` gives up safety against power cuts for speed (tests). Raises ServiceError.
    """
    root = root.resolve()
    with _locked(root):
        remembered = state.read(root) or State()
        place = home.prepare(root, remembered)
        state.write(root, remembered)
        fresh = not (postgres.data_of(place.directory) / "PG_VERSION").exists()
        say("Making the PostgreSQL data directory" if fresh else "Starting PostgreSQL")
        postgres.start(place, remembered.postgres, durable=durable)
        say("Starting Valkey")
        valkey.start(place, remembered.valkey, durable=durable)
        state.write(root, remembered)
        return remembered.endpoints


def stop(root: Path) -> None:
    """Stop both services; nothing happens if they do not run. Raises ServiceError if one does not end."""
    root = root.resolve()
    if not root.is_dir():
        return
    with _locked(root):
        directory = home.directory_of(root, state.read(root) or State())
        valkey.stop(directory)
        postgres.stop(directory)


def remove(root: Path) -> None:
    """Stop both services and delete their data, ports and passwords."""
    root = root.resolve()
    stop(root)
    directory = home.directory_of(root, state.read(root) or State())
    if directory.exists():
        shutil.rmtree(directory)
    (root / "services.json").unlink(missing_ok=True)


def status(root: Path) -> list[ServiceStatus]:
    """What runs now, PostgreSQL first."""
    root = root.resolve()
    remembered = state.read(root) or State()
    directory = home.directory_of(root, remembered)
    return [
        ServiceStatus(
            "PostgreSQL",
            postgres.running_pid(postgres.data_of(directory)),
            remembered.postgres.port,
            postgres.log_of(directory),
        ),
        ServiceStatus(
            "Valkey", valkey.running_pid(valkey.data_of(directory)), remembered.valkey.port, valkey.log_of(directory)
        ),
    ]


def endpoints(root: Path) -> Endpoints | None:
    """Where the services of this root answer, as written at their last start; they may be stopped."""
    remembered = state.read(root.resolve())
    return remembered.endpoints if remembered and remembered.postgres.port else None


def create_database(endpoints: Endpoints, name: str) -> str:
    """The URL of the database of that name on the same server, created if it does not exist."""
    postgres.create_database(endpoints.database_url, name)
    server = urlsplit(endpoints.database_url)
    return urlunsplit((server.scheme, server.netloc, f"/{quote(name)}", server.query, ""))


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """One start or stop at a time; the lock goes with the process that holds it."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        file = (root / "services.lock").open("w")
    except OSError as error:
        raise ServiceError(f"{root} must be writable for the services: {error}") from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
