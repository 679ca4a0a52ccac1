"""The one way to Trino: statements over HTTP, bounded in time; every one that we send only reads."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any

import requests
import urllib3
from trino.auth import BasicAuthentication
from trino.dbapi import Connection, Cursor
from trino.exceptions import Error, HttpError, TrinoQueryError

from catalog.sources import failures
from catalog.sources.engines import web
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import Failure
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from catalog.sources.secrets import with_secret
from portal.kit.errors import DomainError, Unavailable

_ANSWER_TIMEOUT_S = 60  # of one HTTP request; a statement is many
_PATIENCE_S = 60
_BATCH = 5000
_HIDDEN = ("system", "jmx")

# “Required” encrypts without checking, which is the source's keeper's choice and not worth a warning a request.
urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

NOT_TRINO = Failure(
    "not_trino", "port", "Something answers on this port, but it is not a Trino server. Check the port."
)
UNKNOWN_CATALOG = Failure(
    "unknown_database",
    "database",
    "The server has no catalog of this name. Correct it, or leave it empty to read all catalogs.",
)
_BY_NAME = {
    "CATALOG_NOT_FOUND": UNKNOWN_CATALOG,
    "CATALOG_UNAVAILABLE": Failure(
        "catalog_unavailable", "database", "One of Trino's catalogs can't be reached from Trino.", is_passing=True
    ),
    "CATALOG_NOT_AVAILABLE": failures.NOT_READY,
    "PERMISSION_DENIED": failures.NO_RIGHTS,
    "EXCEEDED_TIME_LIMIT": failures.TOO_SLOW,
    "CLUSTER_OUT_OF_MEMORY": failures.TOO_MANY,
    "QUERY_QUEUE_FULL": failures.TOO_MANY,
    "SERVER_STARTING_UP": failures.NOT_READY,
    "SERVER_SHUTTING_DOWN": failures.NOT_READY,
}


class Session:
    """Statements at one server, one after the other. `tls` and `tls_words` say how the line is protected."""

    def __init__(self, connection: Connection, version: str, tls: dict[str, Any], tls_words: str) -> None:
        self._connection = connection
        self.version, self.tls, self.tls_words = version, tls, tls_words
        self._running: Cursor | None = None

    def batches(self, statement: str) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield the rows of a statement, some thousands at a time; raise DomainError in plain words."""
        cursor = self._running = self._connection.cursor()
        try:
            cursor.execute(statement)
            while batch := cursor.fetchmany(_BATCH):
                yield batch
        except _ERRORS as error:
            raise explain(error) from error
        finally:
            self._running = None

    def rows(self, statement: str) -> list[Sequence[Any]]:
        """Return all rows of a statement."""
        return [row for batch in self.batches(statement) for row in batch]

    def cancel(self) -> None:
        """Ask the server to end the statement at hand; from another thread."""
        running = self._running
        if running is None:
            return
        try:
            running.cancel()  # type: ignore[no-untyped-call]
        except _ERRORS as error:
            raise explain(error) from error


@contextmanager
def connect(
    source: Source, *, statement_timeout_s: float = 300, application_name: str = "atrium harvest"
) -> Iterator[Session]:
    """Open a session for the body.

    Raises DomainError in plain words, CredentialsUnreadable when the key of the password is gone.
    """
    with closing(web.connected(source, timeout_s=_ANSWER_TIMEOUT_S)) as line:
        tls, tls_words = web.tls_facts(line), web.words(line)
        version = _version_of_trino(line)
    with requests.Session() as http:
        http.trust_env = False  # no proxy and no .netrc of the portal's own account
        http.verify = (web.authorities() or True) if source.tls == Source.Tls.VERIFY else False

        def attempt(password: str) -> Session:
            web.require_cover(source, password, is_encrypted=bool(tls))
            connection = Connection(
                host=source.host,
                port=source.port,
                user=source.username,
                source=application_name,
                http_scheme="https" if tls else "http",
                auth=BasicAuthentication(source.username, password) if password and tls else None,
                http_session=http,
                request_timeout=_ANSWER_TIMEOUT_S,
                session_properties={"query_max_run_time": f"{max(1, int(statement_timeout_s))}s"},
            )
            session = Session(connection, version, tls, tls_words)
            if password:
                session.rows("SELECT 1")  # Trino looks at the password with the first statement only
            return session

        yield with_secret(source, attempt)


def _version_of_trino(line: HTTPConnection) -> str:
    """Ask what the server tells anybody; raise when it is no Trino, or not ready."""
    try:
        line.request("GET", "/v1/info")
        facts = json.loads(line.getresponse().read(1 << 20))
        version = str(facts["nodeVersion"]["version"])
    except (TimeoutError, ConnectionError) as error:
        raise web.explain(error) from error
    except (ValueError, KeyError, TypeError, HTTPException):
        raise NOT_TRINO.error() from None
    if facts.get("starting"):
        raise failures.NOT_READY.error()
    return version


def explain(error: Exception) -> DomainError:
    """Return what an error of the client means for the source's keeper. Nothing of the server's text is passed on."""
    if isinstance(error, TrinoQueryError):
        failure = _BY_NAME.get(error.error_name or "")
        if failure:
            return failure.error()
        name = f" ({error.error_name})" if error.error_name else ""
        return Unavailable(f"Trino answered a query with an error{name}.", code="source_error")
    refused = re.match(r"error (401|403)\b", str(error))
    if refused:
        return (failures.WRONG_PASSWORD if refused[1] == "401" else failures.NO_RIGHTS).error()
    return failures.GONE.error()


def quoted(name: str) -> str:
    """Return a name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def catalogs(session: Session, database: str) -> dict[str, str]:
    """Return the connector of each catalog to read: the one named, or all but Trino's own."""
    known = {name: str(connector) for name, connector in session.rows(_CATALOGS)}
    if not database:
        return {name: connector for name, connector in sorted(known.items()) if name not in _HIDDEN}
    if database not in known:
        raise UNKNOWN_CATALOG.error()
    return {database: known[database]}


_ERRORS = (Error, HttpError, requests.RequestException)
_CATALOGS = "SELECT catalog_name, connector_name FROM system.metadata.catalogs"
_NODES = "SELECT node_version, coordinator, state FROM system.runtime.nodes"


class TrinoDoor:
    """Tests and inspects Trino."""

    def look(self, source: Source) -> Findings:
        """Connect and say what was found."""
        with connect(source, statement_timeout_s=_PATIENCE_S, application_name="atrium test") as session:
            found = catalogs(session, source.database)
            counts = [self._count(session, name) for name in found]
            return Findings(
                server=f"Trino {session.version}",
                tls=session.tls_words,
                schemas=sum(schemas for schemas, _ in counts),
                tables=sum(tables for _, tables in counts),
                notes=(f"Catalogs: {', '.join(found) or 'none'}.",),
            )

    def _count(self, session: Session, catalog: str) -> tuple[int, int]:
        ((schemas, tables),) = session.rows(
            f"""SELECT (SELECT count(*) FROM {quoted(catalog)}.information_schema.schemata
                        WHERE schema_name <> 'information_schema'),
                       (SELECT count(*) FROM {quoted(catalog)}.information_schema.tables
                        WHERE table_schema <> 'information_schema')"""  # noqa: S608 - the name is quoted
        )
        return int(schemas), int(tables)

    def inspect(self, source: Source) -> Inspection:
        """Report version, line, catalogs and nodes."""
        with connect(source, statement_timeout_s=_PATIENCE_S, application_name="atrium test") as session:
            return Inspection(f"Trino {session.version}", session.tls, self._capabilities(session, source.database))

    def _capabilities(self, session: Session, database: str) -> dict[str, Any]:
        facts: dict[str, Any] = {"catalogs": catalogs(session, database), "changes_followed": False}
        try:
            nodes = session.rows(_NODES)
        except DomainError:  # the account may not see them; nothing else depends on it
            return facts
        return facts | {"nodes": len(nodes), "nodes_active": sum(state == "active" for *_, state in nodes)}


DOOR = TrinoDoor()
