"""What the commands print: plain lines, and on a terminal a bar that redraws itself."""

import sys
import threading
import time

_WIDTH = 28
_EVERY_SECONDS = 5.0  # without a terminal a line now and then is enough


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


class Bar:
    """A progress bar: redrawn on a terminal, a line every few seconds elsewhere. May be called from several threads."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._terminal = sys.stdout.isatty()
        self._printed_at = float("-inf")
        self._last = ""
        self._lock = threading.Lock()

    def __call__(self, done: int, total: int, text: str = "") -> None:
        """Show that `done` of `total` (0: not known) are done; `text` is what is being done now."""
        with self._lock:
            self._show(self._line(done, total, text), complete=0 < total <= done)

    def _show(self, line: str, *, complete: bool) -> None:
        if line == self._last:
            return
        now = time.monotonic()
        if self._terminal:
            sys.stdout.write(f"\r\033[K{line[:110]}")
            sys.stdout.flush()
        elif now - self._printed_at >= _EVERY_SECONDS or complete:
            say(line)
            self._printed_at = now
        self._last = line

    def finish(self, text: str) -> None:
        """Replace the bar by a closing line."""
        if self._terminal:
            sys.stdout.write("\r\033[K")
        say(f"{self._label}: {text}")

    def _line(self, done: int, total: int, text: str) -> str:
        if not total:
            return f"{self._label}: {text}".rstrip(": ")
        filled = min(_WIDTH, _WIDTH * done // total)
        return f"{self._label} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} {text}".rstrip()
