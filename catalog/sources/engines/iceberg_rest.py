"""The one way to Iceberg's REST catalogs: the few requests of the protocol that read, over a line that is bounded."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import ValidationError as Misshapen
from pyiceberg.exceptions import ValidationError as Unknown
from pyiceberg.table.metadata import TableMetadata, TableMetadataUtil

from catalog.sources import failures
from catalog.sources.engines import web
from catalog.sources.engines.iceberg import IcebergDoor, Namespace, Pointer, Unreadable
from catalog.sources.failures import Failure
from catalog.sources.models import Source
from catalog.sources.secrets import with_secret
from portal.kit.errors import DomainError, Unavailable

_LARGEST = 1 << 27  # bytes of an answer
_MOST_PAGES = 10_000
_SEPARATOR = "\x1f"

NOT_ICEBERG = Failure(
    "not_iceberg", "options.path", "What answers here is no Iceberg REST catalog. Check the port and the path."
)
_BY_STATUS = {401: failures.WRONG_PASSWORD, 403: failures.NO_RIGHTS, 404: NOT_ICEBERG, 419: failures.WRONG_PASSWORD}


class Missing(Exception):
    """The server knows no such thing (any more)."""


class RestCatalog:
    """A catalog behind Iceberg's REST protocol. It has no list with places: each table is a request."""

    def __init__(self, source: Source, line: HTTPConnection, secret: str) -> None:
        self._source = source
        self._line = line
        self._root = f"/{str(source.options.get('path') or '').strip('/')}".rstrip("/") + "/v1"
        self._token = ""
        self._prefix = ""
        self._parts: dict[str, list[str]] = {}
        self.line: str | None = web.words(line)
        self.tls = web.tls_facts(line)
        web.require_cover(source, secret, is_encrypted=web.is_encrypted(line))
        self._sign_in(secret)
        warehouse = {"warehouse": source.database} if source.database else {}
        settings = self._ask(f"/config?{urlencode(warehouse)}")
        found = (settings.get("defaults") or {}) | (settings.get("overrides") or {})
        self._prefix = f"/{quote(found['prefix'], safe='%/')}" if found.get("prefix") else ""  # comes encoded

    def namespaces(self) -> list[Namespace]:
        """Return every namespace, those below others too."""
        self._parts.clear()
        found: list[Namespace] = []
        waiting: list[list[str]] = [[]]
        while waiting:
            parent = waiting.pop()
            query = {"parent": _SEPARATOR.join(parent)} if parent else {}
            for parts in self._pages("/namespaces", "namespaces", query):
                if len(parts) > len(parent):  # some servers list all of them at once
                    waiting.append(parts)
                    found.append(self._namespace(parts))
        return sorted({each.name: each for each in found}.values(), key=lambda each: each.name)

    def _namespace(self, parts: list[str]) -> Namespace:
        name = ".".join(parts)
        self._parts[name] = parts
        said = self._ask(f"{self._prefix}/namespaces/{_encoded(parts)}")
        return Namespace(name, dict(said.get("properties") or {}))

    def tables(self) -> Iterator[Pointer]:
        """Yield every table of the namespaces that were listed."""
        for namespace, parts in list(self._parts.items()):
            for each in self._pages(f"/namespaces/{_encoded(parts)}/tables", "identifiers", {}):
                yield Pointer(namespace, each["name"], "")

    def describe(self, table: Pointer) -> TableMetadata:
        """Ask for the description of a table."""
        place = f"{self._prefix}/namespaces/{_encoded(self._parts[table.namespace])}"
        try:
            said = self._ask(f"{place}/tables/{quote(table.name, safe='')}?snapshots=refs")
            return TableMetadataUtil.parse_obj(said["metadata"])
        except Missing as error:
            raise Unreadable("it went while it was read") from error
        except (Unknown, Misshapen, ValueError, KeyError, TypeError) as error:
            raise Unreadable("its description is damaged, or of a newer version") from error

    def interrupt(self) -> None:
        """Nothing runs at the server for long: a request is bounded in time."""

    def _sign_in(self, secret: str) -> None:
        """A user and a secret are exchanged for a token; a secret alone is one."""
        if not self._source.username:
            self._token = secret
            return
        facts = {"grant_type": "client_credentials", "client_id": self._source.username, "client_secret": secret}
        answer = self._ask("/oauth/tokens", urlencode(facts | {"scope": "catalog"}))
        self._token = str(answer.get("access_token", ""))

    def _pages(self, path: str, name: str, query: dict[str, str]) -> Iterator[Any]:
        token: str | None = ""
        for _ in range(_MOST_PAGES):
            answer = self._ask(f"{self._prefix}{path}?{urlencode(query | {'pageToken': token})}")
            yield from answer.get(name) or []
            token = answer.get("next-page-token")
            if not token:
                return

    def _ask(self, path: str, form: str | None = None) -> dict[str, Any]:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._line.request("GET" if form is None else "POST", self._root + path, form, headers)
            answer = self._line.getresponse()
            content = answer.read(_LARGEST)
        except (OSError, HTTPException) as error:
            raise web.explain(error) from error
        if answer.status == 404 and "/tables/" in path:
            raise Missing
        return _read(answer.status, content)


def _read(status: int, content: bytes) -> dict[str, Any]:
    if status != 200:
        raise _refusal(status)
    try:
        said = json.loads(content)
    except ValueError:
        raise NOT_ICEBERG.error() from None
    if not isinstance(said, dict):
        raise NOT_ICEBERG.error()
    return said


def _refusal(status: int) -> DomainError:
    failure = _BY_STATUS.get(status)
    return (
        failure.error() if failure else Unavailable(f"The catalog answered with status {status}.", code="source_error")
    )


def _encoded(parts: list[str]) -> str:
    return quote(_SEPARATOR.join(parts), safe="")


@contextmanager
def over_rest(source: Source, *, statement_timeout_s: float = 300) -> Iterator[RestCatalog]:
    """Open a REST catalog; each request is bounded in time."""

    line = web.connected(source, timeout_s=statement_timeout_s)
    with closing(line):
        yield with_secret(source, lambda secret: RestCatalog(source, line, secret))


DOOR = IcebergDoor("Iceberg REST catalog", over_rest)
