"""Filling Elasticsearch: the portal's rebuild beside bare bulk indexing of the same documents on the same node."""

import http.client
import queue
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from elasticsearch import Elasticsearch

from catalog.search.elastic import building, feeding, mapping
from tests.bench.search.costs import process_cpu

_BARE = "bare"
_BULK, _WRITERS = 1_000, 2  # as the rebuild does
_HEADERS = {"Content-Type": "application/x-ndjson"}
Answer = dict[str, Any]


def rebuild(node: int) -> Answer:
    """Build the copy as an operator does; return how many documents it took how long, and the CPU of the node."""
    found: Answer = {}
    with _clocked(found, node):
        found["documents"] = building.build(lambda done, total: None, anew=True)
    return found


def bare(node: int) -> Answer:
    """Send the same documents, made ready before, to an index of the same mapping, and do nothing else."""
    client = Elasticsearch(settings.ELASTICSEARCH_URL, request_timeout=120)
    client.options(ignore_status=404).indices.delete(index=_BARE)
    client.indices.create(index=_BARE, **mapping.body())
    found: Answer = {}
    with tempfile.TemporaryFile() as file:
        requests = _written_down(file)
        with _clocked(found, node):
            _send(file, requests)
            client.indices.refresh(index=_BARE)
    found["documents"] = client.count(index=_BARE)["count"]
    client.indices.delete(index=_BARE)
    return found


def _written_down(file: Any) -> list[int]:
    """Write all documents to a file as bulk requests; return their lengths."""
    after, lengths = 0, []
    while rows := feeding.rows_after(after, _BULK):
        body = "".join(f'{{"index":{{"_id":"{row.asset_id}"}}}}\n{row.json}\n' for row in rows).encode()
        file.write(body)
        lengths.append(len(body))
        after = rows[-1].asset_id
    file.seek(0)
    return lengths


def _send(file: Any, lengths: list[int]) -> None:
    ready: queue.Queue[bytes] = queue.Queue(2 * _WRITERS)
    failures: list[str] = []
    writers = [threading.Thread(target=_write, args=(ready, failures), daemon=True) for _ in range(_WRITERS)]
    for writer in writers:
        writer.start()
    for length in lengths:
        ready.put(file.read(length))
    for _ in writers:
        ready.put(b"")
    for writer in writers:
        writer.join()
    if failures:
        raise RuntimeError(failures[0])


def _write(ready: "queue.Queue[bytes]", failures: list[str]) -> None:
    address = urlsplit(settings.ELASTICSEARCH_URL)
    wire = http.client.HTTPConnection(str(address.hostname), address.port, timeout=120)
    while body := ready.get():
        wire.request("POST", f"/{_BARE}/_bulk?filter_path=errors", body, _HEADERS)
        answer = wire.getresponse().read()
        if answer != b'{"errors":false}':
            failures.append(answer[:500].decode())


@contextmanager
def _clocked(found: Answer, node: int) -> Iterator[None]:
    cpu, own, began = process_cpu(node), time.process_time(), time.monotonic()
    yield
    found["seconds"] = time.monotonic() - began
    found["client_cpu"], found["node_cpu"] = time.process_time() - own, process_cpu(node) - cpu
