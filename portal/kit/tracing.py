"""Spans of work, for a collector of traces. Off, and free, until the roof switches it on: see portal/telemetry.py.

Nothing of OpenTelemetry is imported here, so that a process that is not traced does not carry it.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Literal, Protocol

Value = str | int | float | bool
Kind = Literal["internal", "server", "client", "producer", "consumer"]


class Span(Protocol):
    """A piece of work that is timed."""

    def note(self, **attributes: Value) -> None:
        """Say more about the work; `__` in a name stands for a dot."""

    def rename(self, name: str) -> None:
        """Give a better name, once it is known."""

    def fail(self, reason: str) -> None:
        """Mark the work as failed: the kind of error, never its words, which may quote data."""

    def place(self) -> str:
        """Return where this span stands, for work elsewhere that belongs to it (W3C traceparent)."""

    def end(self) -> None:
        """End a span that was begun."""


class Backend(Protocol):
    """Where spans go."""

    def span(self, name: str, kind: Kind, parent: str, attributes: dict[str, Value]) -> AbstractContextManager[Span]:
        """See `span` below."""

    def begin(self, name: str, kind: Kind, attributes: dict[str, Value]) -> Span:
        """See `begin` below."""

    def place(self) -> str:
        """See `place` below."""

    def ids(self) -> dict[str, str]:
        """See `ids` below."""


class _Nothing:
    """A span while tracing is off."""

    def note(self, **attributes: Value) -> None: ...

    def rename(self, name: str) -> None: ...

    def fail(self, reason: str) -> None: ...

    def place(self) -> str:
        return ""

    def end(self) -> None: ...


_NOTHING = _Nothing()
_backend: Backend | None = None


def switch(backend: Backend | None) -> None:
    """Send spans to the backend, or nowhere."""
    global _backend  # noqa: PLW0603 - one a process, like logging
    _backend = backend


def is_on() -> bool:
    """Return whether this process is traced."""
    return _backend is not None


def span(name: str, kind: Kind = "internal", parent: str = "", **attributes: Value) -> AbstractContextManager[Span]:
    """Time the body as a part of the work at hand, or of `parent`; an exception marks it as failed."""
    if _backend is None:
        return nullcontext(_NOTHING)
    return _backend.span(name, kind, parent, attributes)


def begin(name: str, kind: Kind = "internal", **attributes: Value) -> Span:
    """Begin a part of the work at hand that the caller ends; without work at hand, nothing is timed."""
    if _backend is None or not _backend.place():
        return _NOTHING
    return _backend.begin(name, kind, attributes)


def place() -> str:
    """Return where the work at hand stands, empty when it is not traced."""
    return _backend.place() if _backend else ""


def ids() -> dict[str, str]:
    """Return trace_id and span_id of the work at hand, or nothing."""
    return _backend.ids() if _backend else {}
