"""Engines reached through a dialect of SQLAlchemy: one door for all, a few facts for each.

What differs between them stands in dialects_known.py. The drivers are not installed with Atrium.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, bindparam, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from catalog.sources import failures
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import Failure
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from catalog.sources.secrets import with_secret
from portal.kit.errors import DomainError, Unavailable

_PATIENCE_S = 60
DRIVER_GONE = Failure(
    "driver_missing", "engine", "The driver of this engine is not installed. Have an administrator install it."
)


Arguments = Callable[[Source, str, int], Mapping[str, Any]]


def _no_arguments(source: Source, password: str, seconds: int) -> Mapping[str, Any]:
    return {}


def _nothing_to_prepare(raw: Any, seconds: int) -> None:
    pass


def _standard_place(source: Source) -> str:
    return "information_schema"


@dataclass(frozen=True)
class Dialect:
    """How an engine is reached and asked.

    `url` gets the source and the password, `arguments` (of create_engine) also the seconds that a statement may take.
    `prepare` gets the driver's connection. `opening` are statements that begin each session, with `{seconds}` and
    `{milliseconds}`. `counts` is a query of schemas and how many tables each holds; in it and in `schemas`, which
    replaces the dialect's own listing, `{place}` stands for where the information schema is. `hidden` names the
    engine's own schemas. `is_covered` says that its lines are always encrypted, `is_caseless` that it says
    in capitals what has no case.
    """

    label: str
    url: Callable[[Source, str], URL]
    counts: str
    arguments: Arguments = _no_arguments
    prepare: Callable[[Any, int], None] = _nothing_to_prepare
    opening: tuple[str, ...] = ()
    schemas: str = ""
    version: str = ""
    place: Callable[[Source], str] = _standard_place
    hidden: str = "information_schema"
    is_covered: bool = False
    is_caseless: bool = False


class Session:
    """A connection, and the way to stop what runs on it. Everything raises DomainError in plain words."""

    def __init__(self, connection: Connection, dialect: Dialect, source: Source) -> None:
        self.connection = connection
        self.dialect = dialect
        self._place = dialect.place(source)
        self._cursor: Any = None
        event.listen(connection, "before_cursor_execute", self._remember)

    def _remember(self, connection: Connection, cursor: Any, *_: Any) -> None:
        self._cursor = cursor

    def rows(self, statement: str, schemas: Sequence[str] | None = None) -> Iterator[Sequence[Any]]:
        """Yield the rows of a statement; `:schemas` in it stands for a list of names."""
        clause = text(statement.format(place=self._place))
        if schemas is not None and ":schemas" in statement:
            clause = clause.bindparams(bindparam("schemas", list(schemas), expanding=True))
        with explained(), self.connection.execute(clause) as found:
            yield from found

    def mappings(self, statement: str) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a statement by the names of its columns, in small letters."""
        with explained(), self.connection.execute(text(statement)) as found:
            for row in found.mappings():
                yield {str(name).lower(): value for name, value in row.items()}

    def schemas(self) -> list[str]:
        """Return the names of the schemas that are not the engine's own."""
        with explained():
            if self.dialect.schemas:
                names = [self.name(row[0]) for row in self.rows(self.dialect.schemas)]
            else:
                names = inspect(self.connection).get_schema_names()
        hidden = self.dialect.hidden.split()
        return [name for name in names if name.lower() not in hidden]

    def name(self, name: str) -> str:
        """Return a name as the dialect's reflection writes it."""
        return str(self.connection.dialect.normalize_name(name)) if self.dialect.is_caseless else name

    def version(self) -> str:
        """Return what the server calls its version."""
        if self.dialect.version:
            return next((str(row[0]) for row in self.rows(self.dialect.version)), "")
        return ".".join(str(part) for part in getattr(self.connection.dialect, "server_version_info", None) or ())

    def cancel(self) -> None:
        """Stop what runs, where the driver has a way; from another thread. Without one the statement's limit holds."""
        raw = self.connection.connection.dbapi_connection
        for thing, name in ((raw, "cancel_safe"), (raw, "cancel"), (raw, "interrupt"), (self._cursor, "cancel")):
            stop = getattr(thing, name, None)
            if callable(stop):
                stop()
                return


@contextmanager
def connect(source: Source, dialect: Dialect, *, statement_timeout_s: float = 300) -> Iterator[Session]:
    """Open a session for the body. Raises DomainError in plain words."""
    seconds = max(1, int(statement_timeout_s))

    def attempt(password: str) -> Connection:
        with explained(is_connecting=True):
            return _open(source, dialect, password, seconds)

    with with_secret(source, attempt) as connection, explained():
        yield Session(connection, dialect, source)


def _open(source: Source, dialect: Dialect, password: str, seconds: int) -> Connection:
    arguments = dialect.arguments(source, password, seconds)
    engine = create_engine(dialect.url(source, password), poolclass=NullPool, **arguments)
    connection = engine.connect()
    dialect.prepare(connection.connection.dbapi_connection, seconds)
    for statement in dialect.opening:
        connection.execute(text(statement.format(seconds=seconds, milliseconds=seconds * 1000)))
    return connection


@contextmanager
def explained(*, is_connecting: bool = False) -> Iterator[None]:
    """Turn SQLAlchemy's and the driver's errors of the body into DomainErrors."""
    try:
        yield
    except NoSuchModuleError as error:
        raise DRIVER_GONE.error() from error
    except SQLAlchemyError as error:
        raise explain(error, is_connecting=is_connecting) from error


# In this order: what is more telling first. Nothing of the text is passed on.
_BY_TEXT: tuple[tuple[str, Failure], ...] = (
    ("certificate verify failed", failures.UNTRUSTED),
    ("certificate is not trusted", failures.UNTRUSTED),
    ("incorrect username or password", failures.WRONG_PASSWORD),
    ("password authentication failed", failures.WRONG_PASSWORD),
    ("login failed", failures.WRONG_PASSWORD),
    ("invalid username/password", failures.WRONG_PASSWORD),
    ("ora-01017", failures.WRONG_PASSWORD),
    ("access denied for user", failures.WRONG_PASSWORD),
    ("invalid access token", failures.WRONG_PASSWORD),
    ("could not deserialize key", failures.WRONG_PASSWORD),
    ("invalid_grant", failures.WRONG_PASSWORD),
    ("error 401", failures.WRONG_PASSWORD),
    ("ora-12514", failures.UNKNOWN_DATABASE),
    ("cannot open database", failures.UNKNOWN_DATABASE),
    ("unable to open database file", failures.UNKNOWN_DATABASE),
    ("unknown database", failures.UNKNOWN_DATABASE),
    ('database "', failures.UNKNOWN_DATABASE),
    ("insufficient privileges", failures.NO_RIGHTS),
    ("not authorized", failures.NO_RIGHTS),
    ("permission", failures.NO_RIGHTS),
    ("access denied", failures.NO_RIGHTS),
    ("ora-00942", failures.NO_RIGHTS),
    ("could not translate host", failures.HOST_UNKNOWN),
    ("failed to resolve host", failures.HOST_UNKNOWN),
    ("name or service not known", failures.HOST_UNKNOWN),
    ("connection refused", failures.REFUSED),
    ("no route to host", failures.UNREACHABLE),
    ("statement timeout", failures.TOO_SLOW),
    ("statement reached its statement or warehouse timeout", failures.TOO_SLOW),
    ("call timeout", failures.TOO_SLOW),
    ("timed out", failures.TIMED_OUT),
    ("timeout expired", failures.TIMED_OUT),
    ("interrupted", failures.GONE),
)


def explain(error: SQLAlchemyError, *, is_connecting: bool = False) -> DomainError:
    """Return what an error means for the source's keeper. Drivers differ, so the text is looked through."""
    said = str(getattr(error, "orig", None) or error).lower()
    found = next((failure for part, failure in _BY_TEXT if part in said), None)
    if found:
        return found.error()
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return failures.GONE.error()
    if is_connecting:
        return failures.FAILED.error()
    return Unavailable("The source answered a query with an error.", code="source_error")


class DialectDoor:
    """Tests and inspects an engine through its dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def look(self, source: Source) -> Findings:
        """Connect and say what was found."""
        with connect(source, self.dialect, statement_timeout_s=_PATIENCE_S) as session:
            schemas = session.schemas()
            counts = {session.name(row[0]): int(row[1]) for row in session.rows(self.dialect.counts)}
            return Findings(
                server=f"{self.dialect.label} {session.version()}".strip(),
                tls=self._line(source),
                schemas=len(schemas),
                tables=sum(counts.get(schema, 0) for schema in schemas),
            )

    def inspect(self, source: Source) -> Inspection:
        """Report the version."""
        with connect(source, self.dialect, statement_timeout_s=_PATIENCE_S) as session:
            facts = {"changes_followed": False, "dialect": session.connection.dialect.name}
            return Inspection(f"{self.dialect.label} {session.version()}".strip(), capabilities=facts)

    def _line(self, source: Source) -> str:
        """Say whether TLS is used: drivers do not tell how, but they do as they are told."""
        is_told = source.tls in (Source.Tls.REQUIRE, Source.Tls.VERIFY)
        return "in use" if self.dialect.is_covered or is_told else ""
