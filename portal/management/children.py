"""Child processes of `demo` and `up`: started, watched, restarted when they die, stopped in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LONGEST_PAUSE = 30.0
_STABLE_SECONDS = 60.0


def _die_with_parent() -> None:
    """Ask the kernel to end this child when its parent is killed, so that none is left behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process; `log` takes its output, rotated once at start."""

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str]
    directory: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=self.directory,
                env=self.environment,
                start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops the children in order
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread here
            )
        self.started_at = time.monotonic()

    @property
    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    def signal_group(self, how: signal.Signals) -> None:
        """Signal the process and everything it has forked."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)


@dataclass
class Supervisor:
    """Keeps children running. `say` gets a line about every death and restart."""

    say: Callable[[str], object]
    children: list[Child] = field(default_factory=list)

    def start(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    def tend(self) -> None:
        """Restart what has died: at once the first time, then after a growing pause."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.exit_code is not None:
                self._note_death(child, now)
            if child.process is None and now >= child.start_again_at:
                child.start()

    def stop(self, *, seconds: float = 15.0) -> None:
        """Ask all to end, wait, then force those that do not."""
        running = [child for child in self.children if child.process is not None and child.exit_code is None]
        for child in running:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + seconds
        while any(child.exit_code is None for child in running) and time.monotonic() < deadline:
            time.sleep(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        self.children.clear()

    def _note_death(self, child: Child, now: float) -> None:
        code = child.exit_code
        child.signal_group(signal.SIGKILL)  # what it has forked must not work on beside its successor
        child.deaths = 1 if now - child.started_at > _STABLE_SECONDS else child.deaths + 1
        pause = 0.0 if child.deaths == 1 else min(_LONGEST_PAUSE, 2.0 ** (child.deaths - 1))
        child.process, child.start_again_at = None, now + pause
        again = f"again in {pause:.0f} s" if pause else "started again"
        self.say(f"The {child.name} has ended ({_how(code)}); {again}. See {child.log}")


def _how(code: int | None) -> str:
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
