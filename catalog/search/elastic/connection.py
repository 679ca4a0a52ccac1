"""The way to Elasticsearch: one client a process, short waits, failures in plain words. Nothing here tells secrets."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from catalog.search.backend import Unavailable
from catalog.search.elastic.breaker import Breaker
from portal.kit.logs import get_logger

log = get_logger(__name__)
WRITE_S = 60.0
"""Seconds that a write may take."""
ASK_S = 10.0
"""Seconds that a question about the node itself may take."""

reading = Breaker()
writing = Breaker()


class Lost(Unavailable):
    """The index is not there."""


def is_set_up() -> bool:
    """Say whether there shall be a copy."""
    return bool(settings.ELASTICSEARCH_URL)


def client(timeout: float) -> Elasticsearch:
    """Return this process's client, whose calls wait so many seconds."""
    return _client(
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_API_KEY, settings.ELASTICSEARCH_CA_FILE, os.getpid()
    ).options(request_timeout=timeout)


@lru_cache(maxsize=1)
def _client(url: str, api_key: str, ca_file: str, process: int) -> Elasticsearch:
    """A process has connections of its own: those of its parent are not for it."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 9200)
    options: dict[str, Any] = {"max_retries": 0, "retry_on_timeout": False, "connections_per_node": 20}
    if api_key:
        options["api_key"] = api_key
    elif parts.username:
        options["basic_auth"] = (unquote(parts.username), unquote(parts.password or ""))
    if ca_file and parts.scheme == "https":
        options["ca_certs"] = ca_file
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return Elasticsearch(f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}", **options)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what goes wrong with the node into Unavailable; an index that is not there into Lost."""
    try:
        yield
    except NotFoundError as error:
        raise Lost("The search engine has lost its index; the database answers until it is built anew.") from error
    except ApiError as error:
        log.warning("elasticsearch_refused", status=error.meta.status, error=str(error.message)[:200])
        raise Unavailable(f"The search engine refuses ({error.meta.status}); the database answers.") from error
    except TransportError as error:
        log.warning("elasticsearch_away", error=type(error).__name__)
        raise Unavailable("The search engine does not answer; the database does.") from error


def version() -> str:
    """Return the version of the node. Raises Unavailable."""
    with writing.guarded(), told_plainly():
        return str(client(ASK_S).info()["version"]["number"])
