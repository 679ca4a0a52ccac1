"""PyMySQL's connection and what we need beside: patience that changes, facts of the line, a guarded password."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from pymysql import converters
from pymysql._auth import caching_sha2_password_auth, scramble_caching_sha2, sha256_password_auth
from pymysql.connections import Connection
from pymysql.cursors import Cursor, SSCursor

from catalog.sources.engines import posture
from catalog.sources.failures import BARE_PASSWORD

_PLAIN_TEXT: dict[Any, Any] = {key: value for key, value in converters.conversions.items() if not isinstance(key, int)}
_FULL_SIGN_IN = 4  # the server has no proof cached and wants the password itself
_ROWS = 2000

Row = tuple[str | None, ...]


class Server(NamedTuple):
    """What answers: MariaDB, or MySQL and its relatives."""

    is_mariadb: bool
    version: tuple[int, ...]

    @property
    def label(self) -> str:
        return f"{'MariaDB' if self.is_mariadb else 'MySQL'} {'.'.join(map(str, self.version))}"


if TYPE_CHECKING:
    _Connection = Connection[Cursor]
else:
    _Connection = Connection


class Line(_Connection):
    """A connection whose values all come as text, as the server writes them."""

    _sock: socket.socket | None

    def __init__(self, **facts: Any) -> None:
        guard: dict[str, Callable[[Connection[Any]], Any]] = {
            "mysql_clear_password": _Clear,
            "dialog": _Clear,
            "caching_sha2_password": _CachingSha2,
            "sha256_password": _Sha256,
        }
        super().__init__(conv=_PLAIN_TEXT, auth_plugin_map=guard, **facts)

    def wait_up_to(self, seconds: float) -> None:
        """Change how long an answer may take."""
        self._read_timeout = seconds

    @cached_property
    def server(self) -> Server:
        """Return what answers; asked for once."""
        text = self.rows("SELECT VERSION()")[0][0] or ""
        number = re.match(r"(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)", text)
        version = tuple(int(part) for part in number.groups()) if number else (0,)
        return Server("mariadb" in text.lower(), version)

    @property
    def session(self) -> int:
        """Return the number by which the server knows this session."""
        number: int = self.thread_id()  # type: ignore[no-untyped-call]
        return number

    @property
    def is_encrypted(self) -> bool:
        return isinstance(self._sock, ssl.SSLSocket)

    def tls(self) -> dict[str, Any]:
        """Return how the line is protected; empty for a plain one."""
        if not isinstance(self._sock, ssl.SSLSocket):
            return {}
        return posture.facts_of(self._sock)

    def rows(self, statement: str, facts: Mapping[str, object] | None = None) -> list[Row]:
        """Return all rows of a short answer."""
        with self.cursor() as cursor:
            cursor.execute(statement, facts)
            return list(cursor.fetchall())

    def batches(self, statement: str, facts: Mapping[str, object] | None = None) -> Iterator[Sequence[Row]]:
        """Stream the rows of a long answer, some thousands at a time."""
        with self.cursor(SSCursor) as cursor:
            cursor.execute(statement, facts)
            while batch := cursor.fetchmany(_ROWS):
                yield batch


class _Guarded:
    """Ways to sign in by which the server may learn the password itself: only for an encrypted line."""

    def __init__(self, line: Any) -> None:
        self._line = line

    def _require_encryption(self) -> None:
        if not isinstance(self._line, Line) or not self._line.is_encrypted:
            raise BARE_PASSWORD.error()


class _Clear(_Guarded):
    def authenticate(self, packet: Any) -> Any:
        self._require_encryption()
        self._line.write_packet(self._line.password + b"\0")
        return self._checked()

    def _checked(self) -> Any:
        packet = self._line._read_packet()  # noqa: SLF001 - the driver's own plugins do the same
        packet.check_error()
        return packet


class _Sha256(_Guarded):
    def authenticate(self, packet: Any) -> Any:
        self._require_encryption()
        return sha256_password_auth(self._line, packet)  # type: ignore[no-untyped-call]


class _CachingSha2(_Clear):
    """A proof is enough as long as the server has one cached."""

    def authenticate(self, packet: Any) -> Any:
        line = self._line
        if not line.is_encrypted and line.password:
            if packet.is_auth_switch_request():
                line.salt = packet.read_all().removesuffix(b"\0")
                line.write_packet(scramble_caching_sha2(line.password, line.salt))
                packet = self._checked()
            if packet.is_extra_auth_data() and packet.get_all_data()[1] == _FULL_SIGN_IN:
                raise BARE_PASSWORD.error()
        return caching_sha2_password_auth(line, packet)
