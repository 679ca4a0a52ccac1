"""What is remembered between starts: ports, passwords and, if it is elsewhere, the home of the data."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from portal.services.errors import ServiceError

ROLE = "atrium"
DATABASE = "atrium"
_FILE = "services.json"


@dataclass(frozen=True)
class Endpoints:
    """Where the services answer; both on 127.0.0.1, both with a password."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class ServiceStatus:
    """One service as it is now; `pid` is None when it does not run."""

    name: str
    pid: int | None
    port: int
    log: Path

    @property
    def running(self) -> bool:
        return self.pid is not None


@dataclass
class Server:
    """Port (0: not chosen yet) and password of one server."""

    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclass
class State:
    """The file `services.json`, mode 600."""

    postgres: Server = field(default_factory=Server)
    valkey: Server = field(default_factory=Server)
    home: str = ""

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(
            database_url=f"postgresql://{ROLE}:{self.postgres.password}@127.0.0.1:{self.postgres.port}/{DATABASE}",
            redis_url=f"redis://:{self.valkey.password}@127.0.0.1:{self.valkey.port}/0",
        )


def read(root: Path) -> State | None:
    """The remembered state, or None before the first start. Raises ServiceError if it cannot be read."""
    path = root / _FILE
    try:
        raw = json.loads(path.read_text())
        return State(postgres=Server(**raw["postgres"]), valkey=Server(**raw["valkey"]), home=raw["home"])
    except FileNotFoundError:
        return None
    except PermissionError:
        raise ServiceError(f"{path} belongs to another user: run as that user, or choose another directory.") from None
    except (ValueError, KeyError, TypeError):
        raise ServiceError(f"{path} is damaged: delete it; the next start makes new passwords.") from None


def write(root: Path, state: State) -> None:
    path = root / _FILE
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(state), file, indent=1)
    draft.replace(path)
