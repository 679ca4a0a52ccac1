"""Whether numbers and traces reach whoever looks at them."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from portal.management.doctor.findings import Finding, ok, warn
from portal.management.place import Place

_PATIENCE_S = 3


def numbers(place: Place) -> Iterator[Finding]:
    """Look whether processes can add up what they count."""
    directory = Path(settings.METRICS_DIR)
    there = next(each for each in (directory, *directory.parents) if each.exists())
    if os.access(there, os.W_OK):
        yield ok("Numbers", f"added up in {directory}, scraped at /metrics")
    else:
        mend = "Give this user the directory, or set ATRIUM_VAR to another."
        yield warn("Numbers", f"{there} is not writable: /metrics shows the web server's numbers only.", mend)


def traces(place: Place) -> Iterator[Finding]:
    """Look whether a collector listens, when one is named."""
    if not settings.TRACES_ENDPOINT:
        yield ok("Traces", "off; OTEL_EXPORTER_OTLP_ENDPOINT names a collector")
        return
    address = urlsplit(settings.TRACES_ENDPOINT)
    host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    where = f"{host}:{port}"
    try:
        socket.create_connection((host, port), _PATIENCE_S).close()
    except OSError as error:
        mend = "Start the collector, or mend OTEL_EXPORTER_OTLP_ENDPOINT. It must speak OTLP over HTTP."
        yield warn("Traces", f"No collector answers at {where}: {error}. Traces are lost.", mend)
    else:
        yield ok("Traces", f"a collector answers at {where}")
