"""A node that refuses or is slow is left alone for a while; then one call finds out whether it is back."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from catalog.search.backend import Unavailable

_FIRST_PAUSE_S = 2.0
_LONGEST_PAUSE_S = 30.0


class Breaker:
    """Shuts out calls after a failure. Of this process alone; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Say whether calls are shut out now."""
        with self._lock:
            return bool(self._failures) and (self._is_probing or time.monotonic() < self._until)

    def reset(self) -> None:
        """Forget what went wrong."""
        with self._lock:
            self._failures, self._until, self._is_probing = 0, 0.0, False

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let the body call, unless calls are shut out (Unavailable); one that raises Unavailable shuts them out."""
        self._enter()
        try:
            yield
        except Unavailable:
            self._fail()
            raise
        except BaseException:
            with self._lock:
                self._is_probing = False
            raise
        else:
            self.reset()

    def _enter(self) -> None:
        with self._lock:
            if not self._failures:
                return
            if self._is_probing or time.monotonic() < self._until:
                raise Unavailable("The search engine does not answer; the database does.")
            self._is_probing = True

    def _fail(self) -> None:
        with self._lock:
            self._failures += 1
            pause = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (self._failures - 1))
            self._until, self._is_probing = time.monotonic() + pause, False
