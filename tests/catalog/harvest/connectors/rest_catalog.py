"""Iceberg's REST protocol over a catalog of PyIceberg: the answers that its specification asks for, for reading."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError

CLIENT, SECRET, TOKEN = "reader", "only for reading", "a token"
PREFIX = "lakes"


class Answers:
    """What the server says."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.asked: list[str] = []

    def to(self, path: str, query: dict[str, list[str]]) -> dict[str, Any] | None:
        """Return the answer, None for nothing of that name."""
        self.asked.append(path)
        match path.strip("/").split("/"):
            case ["iceberg", "v1", "config"]:
                return {"defaults": {}, "overrides": {"prefix": PREFIX}}
            case ["iceberg", "v1", "lakes", "namespaces"]:
                parent = tuple(query.get("parent", [""])[0].split("\x1f")) if "parent" in query else ()
                return self._paged(query, "namespaces", [list(each) for each in self.catalog.list_namespaces(parent)])
            case ["iceberg", "v1", "lakes", "namespaces", name]:
                parts = unquote(name).split("\x1f")
                return {"namespace": parts, "properties": self.catalog.load_namespace_properties(tuple(parts))}
            case ["iceberg", "v1", "lakes", "namespaces", name, "tables"]:
                listed = self.catalog.list_tables(tuple(unquote(name).split("\x1f")))
                found = [{"namespace": list(each[:-1]), "name": each[-1]} for each in listed]
                return self._paged(query, "identifiers", found)
            case ["iceberg", "v1", "lakes", "namespaces", name, "tables", table]:
                made = self.catalog.load_table((*unquote(name).split("\x1f"), unquote(table)))
                metadata = json.loads(made.metadata.model_dump_json())
                return {"metadata-location": made.metadata_location, "metadata": metadata, "config": {}}
        return None

    def _paged(self, query: dict[str, list[str]], name: str, found: list[Any]) -> dict[str, Any]:
        """Two at a time."""
        start = int(query.get("pageToken", ["0"])[0] or 0)
        more = {"next-page-token": str(start + 2)} if len(found) > start + 2 else {}
        return {name: found[start : start + 2], **more}


@contextmanager
def serving(catalog: Catalog) -> Iterator[tuple[int, Answers]]:
    """Serve the catalog on a port of this machine."""
    answers = Answers(catalog)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._send(401, {"error": {"message": "who are you"}})
                return
            parts = urlsplit(self.path)
            try:
                said = answers.to(parts.path, parse_qs(parts.query, keep_blank_values=True))
            except (NoSuchTableError, NoSuchNamespaceError):
                said = None
            self._send(200 if said is not None else 404, said or {"error": {"message": "no such thing"}})

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            is_known = (form["client_id"], form["client_secret"]) == ([CLIENT], [SECRET])
            self._send(200 if is_known else 401, {"access_token": TOKEN, "token_type": "bearer"} if is_known else {})

        def _send(self, status: int, said: dict[str, Any]) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
