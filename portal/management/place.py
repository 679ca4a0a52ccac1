"""Where an installation on one machine keeps its files, and which addresses it uses. Imports nothing of Django."""

import os
from dataclasses import dataclass
from pathlib import Path

from portal import services

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """The directory of data, keys and logs (ATRIUM_VAR, else `var/`)."""

    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def uses_own_servers(self) -> bool:
        """Whether the environment names both servers, so that none is started here."""
        return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))

    @property
    def database_url(self) -> str:
        """Where the portal's database is. Raises ServiceError before the first start."""
        if url := os.environ.get("DATABASE_URL"):
            return url
        if known := services.endpoints(self.var):
            return known.database_url
        raise services.ServiceError("No database is known yet: run `python3 manage.py up`, or set DATABASE_URL.")

    def make(self) -> None:
        for directory in (self.var, self.logs, self.run):
            directory.mkdir(parents=True, exist_ok=True)


def here() -> Place:
    return Place(Path(os.environ.get("ATRIUM_VAR") or REPOSITORY / "var").resolve())
