"""The portal on a real port, on the database connection of the test, so that a journey is rolled back like any test."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.testcases import QuietWSGIRequestHandler


class _Server(ThreadedWSGIServer):
    def _close_connections(self) -> None:
        """Leave the connection alone: it belongs to the test."""


class _OneAtATime:
    """Browsers ask in parallel, but one connection holds one transaction."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self.lock:
            return self.application(environ, start_response)


class LivePortal:
    """Serves from start() to stop(); requests are answered within `sharing()`."""

    def __init__(self) -> None:
        self.override: dict[str, BaseDatabaseWrapper] = {}
        self.server = _Server(("127.0.0.1", 0), QuietWSGIRequestHandler, connections_override=self.override)
        self.gate = _OneAtATime(WSGIHandler())
        self.server.set_app(StaticFilesHandler(self.gate))  # type: ignore[arg-type]  # any WSGI application will do
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def start(self) -> None:
        """Begin to listen. The framework must not close the test's connection between requests."""
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        self.thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)

    @contextmanager
    def sharing(self) -> Iterator[None]:
        """Answer on this thread's connection, until the last request is done."""
        connection = connections[DEFAULT_DB_ALIAS]
        connection.inc_thread_sharing()
        self.override[DEFAULT_DB_ALIAS] = connection
        yield
        with self.gate.lock:
            connection.dec_thread_sharing()
