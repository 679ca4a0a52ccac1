"""The one way to ClickHouse: statements over its HTTP interface, read-only and bounded in time, without a driver.

Each statement has a line and a name of its own, so that another thread can end it at the server.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException, HTTPResponse
from socket import SHUT_RDWR, socket
from urllib.parse import urlencode
from uuid import uuid4

from catalog.sources import failures
from catalog.sources.engines import web
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import Failure
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from catalog.sources.secrets import with_secret
from portal.kit.errors import DomainError, Unavailable

Row = Sequence[str | None]

_BLOCK = 1 << 16
_BATCH = 5000
_PATIENCE_S = 60
_GRACE_S = 10  # the server ends a statement in time; we wait a little longer for it to say so
_OWN = "('system', 'INFORMATION_SCHEMA', 'information_schema', '_temporary_and_external_tables')"

NOT_CLICKHOUSE = Failure(
    "not_clickhouse",
    "port",
    "Something answers on this port, but not as ClickHouse does over HTTP. Check the port: usually 8123, or 8443 "
    "with TLS.",
)
NOT_ADMITTED = Failure(
    "not_admitted",
    "host",
    "The server does not admit this user from the portal's address. Have its administrator do so.",
)
CANCELLED = Failure("cancelled", None, "The query was ended at the server.", is_passing=True)
_BY_CODE = {
    81: failures.UNKNOWN_DATABASE,
    159: failures.TOO_SLOW,
    160: failures.TOO_SLOW,
    192: failures.WRONG_PASSWORD,
    193: failures.WRONG_PASSWORD,
    194: failures.NO_PASSWORD,
    195: NOT_ADMITTED,
    202: failures.TOO_MANY,
    241: failures.TOO_MANY,
    291: failures.NO_RIGHTS,
    394: CANCELLED,
    497: failures.NO_RIGHTS,
    516: failures.WRONG_PASSWORD,
    746: failures.WRONG_PASSWORD,
}


class Session:
    """Statements at one server. `server` is its version, `settings` are sent with each statement."""

    def __init__(self, source: Source, password: str) -> None:
        self._source = source
        self._password = password
        self._timeout_s = float(_PATIENCE_S)
        self._running: tuple[str, socket] | None = None
        self.settings: dict[str, str] = {}
        self.server = ""
        self.is_read_only = False

    def bound(self, timeout_s: float) -> None:
        """Have every statement from now on refused to write and ended in time, as far as the server lets us say so."""
        known = {str(name): value or "" for name, value in self.rows(_SETTINGS)}
        self.server = known.pop("version")
        self._timeout_s = timeout_s + _GRACE_S
        wanted = {
            "max_execution_time": str(max(1, int(timeout_s))),
            "cancel_http_readonly_queries_on_client_close": "1",
        }
        self.is_read_only = known.get("readonly", "0") in ("0", "1", "2")
        allowed = {name: value for name, value in wanted.items() if name in known}
        # An account of readonly = 1 may set nothing, and of 2 everything but this.
        self.settings = {"0": allowed | {"readonly": "1"}, "2": allowed}.get(known.get("readonly", "0"), {})

    def batches(self, statement: str) -> Iterator[list[Row]]:
        """Yield the rows of a statement as text, some thousands at a time; raise DomainError in plain words."""
        batch: list[Row] = []
        for line in self._lines(statement):
            batch.append([_text(field) for field in line.split("\t")])
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def rows(self, statement: str) -> list[Row]:
        """Return all rows of a statement."""
        return [row for batch in self.batches(statement) for row in batch]

    def cancel(self) -> None:
        """End the statement at hand, at the server and here; from another thread."""
        running = self._running
        if running is None:
            return
        name, wire = running
        with suppress(DomainError):  # an account that is read-only may not; the server then sees the line go
            other = Session(self._source, self._password)
            other.rows(f"KILL QUERY WHERE query_id = '{name}' ASYNC")
        with suppress(OSError):
            wire.shutdown(SHUT_RDWR)

    def _lines(self, statement: str) -> Iterator[str]:
        try:
            with self._answer(statement) as answer:
                rest = b""
                while block := answer.read(_BLOCK):
                    *whole, rest = (rest + block).split(b"\n")
                    yield from (line.decode(errors="replace") for line in whole)
        except (OSError, HTTPException) as error:
            raise web.explain(error) from error

    @contextmanager
    def _answer(self, statement: str) -> Iterator[HTTPResponse]:
        name = f"atrium-{uuid4().hex}"
        with closing(web.connected(self._source, timeout_s=self._timeout_s)) as line:
            web.require_cover(self._source, self._password, is_encrypted=web.is_encrypted(line))
            self._running = name, line.sock  # an answer may take the socket away from the line
            try:
                # The answer is held back until it is whole, so that an error is never mixed into rows.
                query = urlencode({"query_id": name, "wait_end_of_query": "1"} | self.settings)
                line.request("POST", f"/?{query}", statement.encode(), self._headers())
                answer = line.getresponse()
                _require_rows(answer)
                yield answer
            finally:
                self._running = None

    def _headers(self) -> Mapping[str, str]:
        headers = {"X-ClickHouse-User": self._source.username or "default", "X-ClickHouse-Format": "TabSeparated"}
        headers |= {"X-ClickHouse-Key": self._password} if self._password else {}
        return {name: value.encode().decode("latin-1") for name, value in headers.items()}


@contextmanager
def connect(source: Source, *, statement_timeout_s: float = 300) -> Iterator[Session]:
    """Give a session for the body, signed in once.

    Raises DomainError in plain words, CredentialsUnreadable when the key of the password is gone.
    """

    def attempt(password: str) -> Session:
        session = Session(source, password)
        session.bound(statement_timeout_s)
        return session

    yield with_secret(source, attempt)


_SETTINGS = """
    SELECT name, value FROM system.settings
    WHERE name IN ('readonly', 'max_execution_time', 'cancel_http_readonly_queries_on_client_close')
    UNION ALL SELECT 'version', version()
"""


def _require_rows(answer: HTTPResponse) -> None:
    if answer.status == 200 and answer.getheader("X-ClickHouse-Format", "TabSeparated") == "TabSeparated":
        return
    text = answer.read(_BLOCK).decode(errors="replace")
    found = re.search(r"\bCode: (\d+)", text)
    if not found:
        raise NOT_CLICKHOUSE.error()
    raise explain(int(found[1]))


def explain(code: int) -> DomainError:
    """Return what an error of the server means for the source's keeper; its text may hold paths and names."""
    if code in _BY_CODE:
        return _BY_CODE[code].error()
    return Unavailable(f"ClickHouse answered a query with an error (code {code}).", code="source_error")


_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"b": "\b", "f": "\f", "r": "\r", "n": "\n", "t": "\t", "0": "\0"}


def _text(field: str) -> str | None:
    if "\\" not in field:
        return field
    return None if field == r"\N" else _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), field)


def literal(text: str) -> str:
    """Return a text as a literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def databases_of(source: Source) -> str:
    """Return the condition that `name`, of a database, is one to read."""
    return f"name = {literal(source.database)}" if source.database else f"name NOT IN {_OWN}"


class ClickHouseDoor:
    """Tests and inspects ClickHouse."""

    def look(self, source: Source) -> Findings:
        """Connect and say what was found."""
        with connect(source, statement_timeout_s=_PATIENCE_S) as session:
            wanted = databases_of(source)
            names = [str(name) for (name,) in session.rows(f"SELECT name FROM system.databases WHERE {wanted}")]  # noqa: S608
            if source.database and not names:
                raise failures.UNKNOWN_DATABASE.error()
            tables = session.rows(_COUNT.format(wanted=wanted.replace("name ", "database ")))
            return Findings(
                server=f"ClickHouse {session.server}",
                tls=self._tls_words(source),
                schemas=len(names),
                tables=int(tables[0][0] or 0),
                notes=tuple(self._notes(session)),
            )

    def inspect(self, source: Source) -> Inspection:
        """Report version, line and how far the account is bounded."""
        with connect(source, statement_timeout_s=_PATIENCE_S) as session:
            facts = {"changes_followed": False, "session_is_read_only": session.is_read_only}
            with closing(web.connected(source, timeout_s=_PATIENCE_S)) as line:
                return Inspection(f"ClickHouse {session.server}", web.tls_facts(line), facts)

    def _tls_words(self, source: Source) -> str:
        with closing(web.connected(source, timeout_s=_PATIENCE_S)) as line:
            return web.words(line)

    def _notes(self, session: Session) -> Iterator[str]:
        if not session.settings:
            yield "The account may set nothing, so statements are bounded by the account's own limits."


_COUNT = "SELECT count() FROM system.tables WHERE {wanted} AND name NOT LIKE '.inner%'"

DOOR = ClickHouseDoor()
