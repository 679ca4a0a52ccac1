"""Where the work at hand comes from: a page, the API, a worker or a command. For logs and the audit ledger."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Channel, network prefix and id of a request; a worker or command has only a channel."""

    channel: str = "worker"
    address: str = ""
    request_id: str = ""


_current: ContextVar[Origin] = ContextVar("origin", default=Origin())


def current() -> Origin:
    """Return the origin of the work at hand."""
    return _current.get()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Set the origin while the body runs."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)


def network_prefix(address: str) -> str:
    """Return the /24 or /48 of an address: enough to see where from, too little to single out a machine."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
