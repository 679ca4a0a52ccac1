"""Which files of this machine a source may read: those below the folders that an administrator allowed.

Whoever may add a source must not come to read the portal's keys by it. Links are followed first, and what lies outside
is refused in the same words whether it exists or not.
"""

import os
from pathlib import Path

from django.conf import settings

from catalog.sources.failures import Failure
from portal.kit.errors import Invalid

NO_FILE = Failure("no_file", "database", "There is no file of this name. Check the path for typing errors.")
NO_FOLDER = Failure("no_folder", "database", "There is no folder of this name. Check the path for typing errors.")
UNREADABLE = Failure(
    "file_unreadable", "database", "The portal may not read this. Have its owner give the portal's account the right."
)


def allowed_roots() -> list[Path]:
    """Return the folders that sources may read, links followed."""
    return [Path(root).resolve() for root in settings.FILE_SOURCES]


def allowed(text: str) -> Path:
    """Return the real path; raise Invalid "path_not_allowed" for one outside of the allowed folders."""
    path = _real(text)
    if path is None or not is_allowed(path):
        folders = ", ".join(settings.FILE_SOURCES) or "none yet"
        raise Invalid(
            f"Only files in folders that an administrator has allowed can be harvested: {folders}. Give a whole path "
            "below one of them, or have the folder added to FILE_SOURCES.",
            code="path_not_allowed",
            field="database",
        )
    return path


def is_allowed(path: Path) -> bool:
    """Return whether a real path lies in an allowed folder."""
    return any(path.is_relative_to(root) for root in allowed_roots())


def allowed_file(text: str) -> Path:
    """Return the real path of a readable file; raise Invalid in plain words."""
    path = allowed(text)
    if not path.is_file():
        raise NO_FILE.error()
    return _readable(path)


def allowed_folder(text: str) -> Path:
    """Return the real path of a readable folder; raise Invalid in plain words."""
    path = allowed(text)
    if not path.is_dir():
        raise NO_FOLDER.error()
    return _readable(path)


def _real(text: str) -> Path | None:
    """Follow all links; None for what is no whole path."""
    try:
        return Path(text).resolve() if Path(text).is_absolute() else None
    except (OSError, ValueError, RuntimeError):  # endless links, a NUL, a name that is too long
        return None


def _readable(path: Path) -> Path:
    if not os.access(path, os.R_OK):
        raise UNREADABLE.error()
    return path
