"""The line to engines that speak HTTP: TLS as the source says, no proxy, no redirect, failures in plain words."""

import os
import socket
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any

from catalog.sources import failures
from catalog.sources.engines import posture
from catalog.sources.failures import Failure
from catalog.sources.models import Source
from portal.kit.errors import DomainError, Invalid

CONNECT_TIMEOUT_S = 10
_OFFER_TIMEOUT_S = 5  # how long a server may think about an offer of TLS that it may not understand
_ENCRYPTED = (Source.Tls.REQUIRE, Source.Tls.VERIFY)

TLS_NOT_SPOKEN = Failure(
    "tls_refused",
    "tls",
    "The server does not speak TLS on this port, but TLS is required here. Check the port, have TLS switched on there, "
    "or choose “If offered”.",
)
NEEDS_ENCRYPTION = Failure(
    "bare_password",
    "tls",
    "The password would cross the network readable to others; it is only sent on an encrypted line. "
    "Choose TLS “Required”, and the port on which the server speaks it.",
)


def plain_host(source: Source) -> str:
    """Return the host; raise Invalid "host_invalid" for what is not one name or address."""
    host = source.host
    is_address = _is_address(host)
    is_odd = not host or any(character in "/@,?#\\%[]" or character.isspace() for character in host)
    if is_odd or (":" in host and not is_address) or not _is_encodable(host):
        raise Invalid("Enter one host name or address.", code="host_invalid", field="host")
    return host


def connected(source: Source, *, timeout_s: float) -> HTTPConnection:
    """Return a line to the source that is open, encrypted as the source says; raise DomainError in plain words.

    `timeout_s` is how long an answer may take. “If offered” falls back to a plain line when TLS is not understood.
    """
    host, wants = plain_host(source), source.tls
    try:
        if wants == Source.Tls.OFF:
            return _opened(HTTPConnection(host, source.port, timeout=CONNECT_TIMEOUT_S), timeout_s)
        if wants in _ENCRYPTED:
            return _opened(_encrypted(source, CONNECT_TIMEOUT_S), timeout_s)
        try:
            return _opened(_encrypted(source, _OFFER_TIMEOUT_S), timeout_s)
        except (ssl.SSLError, ConnectionResetError, BrokenPipeError, TimeoutError):
            return _opened(HTTPConnection(host, source.port, timeout=CONNECT_TIMEOUT_S), timeout_s)
    except (OSError, HTTPException) as error:
        raise explain(error) from error


def context_of(source: Source) -> ssl.SSLContext:
    """Return the TLS context that the source asks for: with the certificate checked, or not."""
    if source.tls == Source.Tls.VERIFY:
        return ssl.create_default_context(cafile=authorities())
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def authorities() -> str | None:
    """Return the file of trusted authorities: PGSSLROOTCERT, else the one of this machine, if it has one."""
    return os.environ.get("PGSSLROOTCERT") or ssl.get_default_verify_paths().cafile


def require_cover(source: Source, password: str, *, is_encrypted: bool) -> None:
    """Raise Invalid "bare_password" when a password would leave this machine in the clear."""
    if password and not is_encrypted and not _is_this_machine(source.host):
        raise NEEDS_ENCRYPTION.error()


def is_encrypted(line: HTTPConnection) -> bool:
    """Return whether the line is encrypted."""
    return isinstance(line.sock, ssl.SSLSocket)


def words(line: HTTPConnection) -> str:
    """Say which protocol and cipher protect the line; empty for a plain one."""
    facts = tls_facts(line)
    return f"{facts['protocol']}, {facts['cipher']}".removeprefix("TLS") if facts else ""


def tls_facts(line: HTTPConnection) -> dict[str, Any]:
    """Return what protects the line, as an Inspection holds it; empty for a plain one."""
    return posture.facts_of(line.sock) if isinstance(line.sock, ssl.SSLSocket) else {}


def explain(error: Exception) -> DomainError:
    """Return what a failure of the line means for the source's keeper."""
    found = (_of_tls(error) if isinstance(error, ssl.SSLError) else None) or next(
        (failure for kind, failure in _BY_KIND if isinstance(error, kind)), failures.UNREACHABLE
    )
    return found.error()


def _of_tls(error: ssl.SSLError) -> Failure | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        is_other_name = "match" in error.verify_message.lower()
        return failures.OTHER_NAME if is_other_name else failures.UNTRUSTED
    return TLS_NOT_SPOKEN


_BY_KIND: tuple[tuple[type[Exception], Failure], ...] = (
    (socket.gaierror, failures.HOST_UNKNOWN),
    (ConnectionRefusedError, failures.REFUSED),
    (TimeoutError, failures.TIMED_OUT),
    (ConnectionError, failures.GONE),
    (HTTPException, failures.GONE),
)


def _opened(line: HTTPConnection, timeout_s: float) -> HTTPConnection:
    try:
        line.connect()
    except BaseException:
        line.close()
        raise
    line.sock.settimeout(timeout_s)
    line.timeout = timeout_s
    return line


def _encrypted(source: Source, timeout_s: float) -> HTTPSConnection:
    return HTTPSConnection(source.host, source.port, timeout=timeout_s, context=context_of(source))


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _is_encodable(host: str) -> bool:
    try:
        return bool(host.encode("idna"))
    except UnicodeError:  # a part of more than 63 characters, or an empty one
        return False


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
