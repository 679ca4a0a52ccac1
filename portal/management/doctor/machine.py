"""Disk, keys, embedded services and port of this machine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from portal import services
from portal.management.doctor.findings import Finding, fail, ok, warn
from portal.management.place import Place
from portal.management.running import USUAL_PORT
from portal.services.home import ELSEWHERE
from portal.services.ports import is_free

_GIBIBYTE = 1024**3
_SHORTEST_KEY = 40
_PUBLISHED = {"only-for-tests", "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="}


def disk(place: Place) -> Iterator[Finding]:
    parent = next(directory for directory in (place.var, *place.var.parents) if directory.exists())
    free = shutil.disk_usage(parent).free / _GIBIBYTE
    if not os.access(parent, os.W_OK):
        yield fail("Disk", f"{parent} is not writable.", "Give this user the directory, or set ATRIUM_VAR to another.")
    elif free < 1:
        yield warn("Disk", f"{free:.1f} GiB free at {parent}.", "Free some space: the databases need room to grow.")
    else:
        yield ok("Disk", f"{free:.1f} GiB free at {parent}")


def keys(place: Place) -> Iterator[Finding]:
    found = list(_key_faults(place))
    yield from found or [ok("Keys", "private, and readable by their owner only")]


def _key_faults(place: Place) -> Iterator[Finding]:
    if settings.SECRET_KEY in _PUBLISHED or len(settings.SECRET_KEY) < _SHORTEST_KEY:
        mend = "Set SECRET_KEY to a random value of at least 40 characters; everybody signs in anew."
        yield fail("Keys", "SECRET_KEY is short or published: sessions can be forged.", mend)
    if _PUBLISHED & set(settings.CREDENTIALS_KEYS):
        mend = "Put a new key first in CREDENTIALS_KEYS and run python3 manage.py rotate_credentials."
        yield fail("Keys", "CREDENTIALS_KEYS holds a published key.", mend)
    directory = place.var / "keys"
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        if path.stat().st_mode & 0o077:
            yield fail("Keys", f"{path} is readable by others.", f"chmod 600 {path}")


def embedded_services(place: Place) -> Iterator[Finding]:
    if place.uses_own_servers:
        yield ok("Services", "DATABASE_URL and REDIS_URL are set; none are embedded")
        return
    try:
        stopped = [state.name for state in services.status(place.var) if not state.running]
    except services.ServiceError as error:
        yield fail("Services", str(error), "Mend or delete that file.")
        return
    if stopped:
        mend = "`python3 manage.py up` or `demo` starts them."
        yield warn("Services", f"Stopped: {', '.join(stopped)}.", mend)
    else:
        yield ok("Services", "embedded PostgreSQL and Valkey run")
    for home in abandoned_homes():
        yield warn("Services", f"{home} holds data of a directory that is gone.", f"rm -r {home}")


def abandoned_homes(elsewhere: Path = ELSEWHERE) -> list[Path]:
    """Data kept outside of a repository (see portal.services.home) which nothing refers to any more."""
    origins = [path for path in elsewhere.glob("*/origin") if os.access(path, os.R_OK)]
    return sorted(path.parent for path in origins if not Path(path.read_text().strip(), "services.json").exists())


def port(place: Place) -> Iterator[Finding]:
    if is_free(USUAL_PORT):
        yield ok("Port", f"{USUAL_PORT} is free")
    else:
        yield ok("Port", f"{USUAL_PORT} is in use, by this portal or another program; the next free one is taken")
