"""The demo warehouse, really built: once for a run, also when several workers share the server."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from portal import services
from portal.demo import warehouse as demo
from tests.portal.demo.built import PASSWORD, Built


@pytest.fixture(scope="session")
def warehouse() -> Built:
    """Built by the worker that comes first; a server kept from an earlier run has it already."""
    url = services.create_database(services.Endpoints(os.environ["DATABASE_URL"], ""), f"company_{_version()}")
    with (Path(tempfile.gettempdir()) / f"atrium-warehouse-{urlsplit(url).port}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not demo.is_built(url):
            demo.build(url, progress=lambda *step: None, reader_password=PASSWORD)
    return Built(url)


@pytest.fixture
def copy(warehouse: Built) -> Iterator[Built]:
    """A copy that a test may change."""
    parts = urlsplit(warehouse.url)
    name = f"copy_of_{os.getpid()}"
    server = parts._replace(path="/postgres").geturl()
    identifier, original = sql.Identifier(name), sql.Identifier(parts.path.lstrip("/"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, original))
        yield Built(parts._replace(path=f"/{name}").geturl())
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def _version() -> str:
    """Changes with the code of the warehouse, so that services kept between runs hold no stale one."""
    sources = sorted(Path(demo.__file__).parent.glob("*.[ps][yq]*"))
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
