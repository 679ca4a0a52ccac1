"""Who runs the services: PostgreSQL refuses to run as root, so root hands them to a system user."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.services.errors import ServiceError

_NAME = "atrium-services"
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """The user of the service processes; `switch` is False when that is simply the caller."""

    uid: int
    gid: int
    switch: bool

    def run(self, *command: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a short command as this user, outside any directory it might not be allowed to enter."""
        return subprocess.run(
            [str(part) for part in command],
            check=False,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",
            env=_ENVIRONMENT,
            umask=0o077,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def can_write(self, directory: Path) -> bool:
        return self._test('test -r "$1" && test -w "$1" && test -x "$1"', directory)

    def can_execute(self, program: Path) -> bool:
        return self._test('test -r "$1" && test -x "$1"', program)

    def _test(self, script: str, path: Path) -> bool:
        return not self.switch or self.run("/bin/sh", "-c", script, "sh", path).returncode == 0

    def own(self, directory: Path) -> bool:
        """Make the directory and give it to this user, mode 700; False where the file system does not allow that."""
        directory.mkdir(parents=True, exist_ok=True)
        try:
            if self.switch:
                os.chown(directory, self.uid, self.gid)
            directory.chmod(0o700)
        except OSError:
            return False
        return self.can_write(directory)


def choose(existing: Path) -> Account:
    """The caller; for root the owner of the `existing` data, else the system user made for it, else `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    if existing.exists() and (owner := existing.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, switch=True)
    entry = _entry(_NAME) or _create() or _entry("nobody")
    if entry is None:
        raise ServiceError(f"PostgreSQL does not run as root and no other user is to be had: useradd -r -M {_NAME}")
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _create() -> pwd.struct_passwd | None:
    if useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin"):
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _NAME]
        subprocess.run(command, check=False, capture_output=True)
    return _entry(_NAME)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
