"""The mail server: its address as EMAIL_URL says it, whether it answers, and its refusals in plain words."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.smtp import EmailBackend

from portal.kit.errors import DomainError, Invalid, Unavailable

_PORTS = {"smtp": 25, "smtps": 465, "starttls": 587}
_TIMEOUT_S = 10


@dataclass(frozen=True)
class Server:
    """A mail server and how it is spoken to."""

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"Server({self})"

    @property
    def options(self) -> dict[str, Any]:
        """Return what Django's backend takes."""
        return {
            "host": self.host,
            "port": self.port,
            "username": self.username,
            "password": self.password,
            "use_tls": self.scheme == "starttls",
            "use_ssl": self.scheme == "smtps",
            "timeout": _TIMEOUT_S,
        }

    @property
    def is_here(self) -> bool:
        """Say whether it runs on this machine."""
        return is_here(self.host)

    @property
    def tells_password(self) -> bool:
        """Say whether the password would travel unencrypted."""
        return bool(self.password) and self.scheme == "smtp" and not self.is_here


def is_here(host: str | None) -> bool:
    """Say whether a host is this machine."""
    return host in {"localhost", "127.0.0.1", "::1"}


def server_of(url: str) -> Server:
    """Read EMAIL_URL; raise ImproperlyConfigured, without its password, when it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured("EMAIL_URL is no address: its host or port can't be read.") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:port, smtps:// or starttls://.")
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], username, password)


def answers(server: Server) -> None:
    """Open a connection and sign in; raise DomainError when that fails."""
    with connected(server) as line:
        line.open()


@contextmanager
def connected(server: Server) -> Iterator[EmailBackend]:
    """Give a line to the server. What goes wrong is raised in words without addresses, texts and passwords."""
    line = EmailBackend(**server.options)
    try:
        try:
            yield line
        finally:
            line.close()
    except (smtplib.SMTPException, OSError) as error:
        raise _told(error, server) from None


def _told(error: Exception, server: Server) -> DomainError:
    code = _code(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Unavailable(f"The mail server {server} refuses the user or password ({code}).", code="mail_login")
    if code >= 500:
        return Invalid(f"The mail server {server} refuses this mail for good ({code}).", code="mail_refused")
    if code:
        return Unavailable(f"The mail server {server} does not take this mail now ({code}).", code="mail_delayed")
    return Unavailable(f"The mail server {server} does not answer ({type(error).__name__}).", code="mail_unreachable")


def _code(error: Exception) -> int:
    """Return the server's number, 0 where there was no answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(int(code) for code, _ in error.recipients.values())
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else 0
