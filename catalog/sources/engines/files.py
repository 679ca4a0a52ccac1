"""The one way to folders and S3 buckets: listed and read, never written, failures told in plain words.

Without an access key a bucket is read anonymously: the portal's own rights in a cloud are not for sources.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from catalog.sources.engines.files_allowed import allowed_folder, is_allowed
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import Failure
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from portal.kit.errors import DomainError, Unavailable

MOST_FILES = 2_000_000
TOO_MANY = Failure(
    "too_many_files",
    "database",
    f"There are more than {MOST_FILES:,} files here. Choose a folder further down, or split it into several sources.",
)
NOT_LISTED = Failure("folder_unreadable", "database", "The folder can't be listed. Check the rights, then try again.")
NO_RIGHTS = Failure(
    "no_rights", "database", "None of the files may be read. Have the right to read them given, then try again."
)


class Entry(NamedTuple):
    """A file: its path below the place, its size in bytes, a mark that changes with it, when it was written."""

    path: str
    size: int
    mark: str
    written_at: float

    @property
    def moment(self) -> str:
        """Return when it was written, as ISO 8601 in UTC."""
        return datetime.fromtimestamp(self.written_at, UTC).isoformat(timespec="seconds")


class Place(Protocol):
    """A folder or bucket that is looked at. Everything raises DomainError, but FileNotFoundError for a missing file."""

    name: str
    label: str

    def entries(self) -> Iterator[Entry]:
        """Yield every file below, in any order: one walk, or one listing."""

    def open(self, path: str) -> IO[bytes]:
        """Open a file for reading, at any position. Raises PermissionError when that is not allowed."""


class Folder:
    """A folder of this machine. Links to folders are not followed, links to files only to what is allowed."""

    label = "Folder of this machine"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = root.name

    def entries(self) -> Iterator[Entry]:
        """Walk through all folders below."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for found in self._listed(folder):
                path = f"{folder}{found.name}"
                if found.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                elif entry := self._entry(found, path):
                    yield entry

    def _listed(self, folder: str) -> list["os.DirEntry[str]"]:
        """A folder below that is closed or goes meanwhile is passed over; the root must be there."""
        try:
            with os.scandir(self.root / folder) as found:
                return sorted(found, key=lambda each: each.name)
        except OSError as error:
            if folder:
                return []
            raise NOT_LISTED.error() from error

    def _entry(self, found: "os.DirEntry[str]", path: str) -> Entry | None:
        try:
            if found.is_symlink() and not is_allowed(Path(found.path).resolve()):
                return None
            facts = found.stat()
        except (OSError, RuntimeError):  # it went meanwhile, or is a link to itself
            return None
        is_file = found.is_file()
        # The second moment changes with the rights too, so that a file is looked at again once it may be read.
        return (
            Entry(path, facts.st_size, f"{facts.st_mtime_ns}.{facts.st_ctime_ns}", facts.st_mtime) if is_file else None
        )

    def open(self, path: str) -> IO[bytes]:
        """Open a file; one that became a way out meanwhile counts as missing."""
        real = (self.root / path).resolve()
        if not is_allowed(real):
            raise FileNotFoundError(path)
        return real.open("rb")


def folder_of(source: Source) -> Folder:
    """Return the source's folder; raise Invalid when it is missing or not allowed."""
    return Folder(allowed_folder(source.database))


class FilesDoor:
    """Tests and inspects folders."""

    def look(self, source: Source) -> Findings:
        """List the folder and count."""
        return findings(folder_of(source), None)

    def inspect(self, source: Source) -> Inspection:
        """Report what kind of place it is."""
        place = folder_of(source)
        return Inspection(place.label, capabilities={"place": "folder"})


def findings(place: Place, tls: str | None) -> Findings:
    """Say how many folders and files a place has."""
    folders: set[str] = set()
    files = 0
    for files, entry in enumerate(limited(place.entries()), 1):  # noqa: B007 - the last number counts
        folders.add(entry.path.partition("/")[0] if "/" in entry.path else "")
    notes = (f"{files:,} files in all; files that belong together are shown as one data set.",)
    return Findings(server=place.label, tls=tls, schemas=len(folders), tables=files, notes=notes)


def limited(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Pass on as many files as we can take, then raise Invalid."""
    for number, entry in enumerate(entries):
        if number >= MOST_FILES:
            raise TOO_MANY.error()
        yield entry


def unexplained(error: OSError) -> DomainError:
    """Return what there is to say of a failure that nothing else explains."""
    return Unavailable("The files could not be read. Try again later.", code="source_error")


DOOR = FilesDoor()
