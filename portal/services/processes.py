"""Finding and ending the processes of a service by what their command line says, never by a stored pid alone.

Command lines are readable without special rights, also in containers where root may not look into the processes of
other users.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def find(matches: Callable[[str], bool]) -> list[int]:
    """Pids, in ascending order, of live processes whose command line matches."""
    return sorted(pid for pid, command in _commands() if matches(command) and pid != os.getpid())


def end(pids: list[int], how: signal.Signals, *, seconds: float) -> bool:
    """Signal the processes and wait; True when all of them are gone."""
    before = {pid: _command(pid) for pid in pids}
    for pid in pids:
        _send(pid, how)
    return wait_until(lambda: all(_command(pid) != before[pid] or not before[pid] for pid in pids), seconds=seconds)


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Poll the condition; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _send(pid: int, how: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, how)


def _command(pid: int) -> str:
    """The command line; empty for a process that is gone or a zombie."""
    if not _PROC.joinpath("self").exists():
        return dict(_listed()).get(pid, "")
    try:
        return _PROC.joinpath(str(pid), "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _commands() -> Iterator[tuple[int, str]]:
    if not _PROC.joinpath("self").exists():
        yield from _listed()
        return
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (command := _command(int(entry.name))):
            yield int(entry.name), command


def _listed() -> Iterator[tuple[int, str]]:
    """Systems without /proc."""
    listing = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command.strip()
