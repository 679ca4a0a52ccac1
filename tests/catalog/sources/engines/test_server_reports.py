"""What inspections say of real servers that differ in what they log, and of lines with and without TLS."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from catalog.sources.credentials import encrypt
from catalog.sources.engines.mariadb import DOOR as MARIADB
from catalog.sources.engines.mariadb import connect
from catalog.sources.engines.postgresql import DOOR as POSTGRESQL
from catalog.sources.models import Source
from portal import services
from portal.kit.errors import DomainError
from tests.catalog.sources import listeners
from tests.catalog.sources.warehouse import Warehouse
from tests.engines import certificates, mariadb
from tests.engines.mariadb import PASSWORD

pytestmark = [pytest.mark.engine, pytest.mark.django_db]


# PostgreSQL.


@pytest.fixture(scope="module")
def address() -> Iterator[dict[str, Any]]:
    """A server of its own with a table with a key, and two without, of which one tells whole rows."""
    root = Path(tempfile.mkdtemp(prefix="atrium-report-"))
    url = services.start(root, durable=False).database_url
    parts = urlsplit(url)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE TABLE kept (id int PRIMARY KEY, updated_at timestamptz)")
        server.execute("CREATE TABLE whole (id int, note text)")
        server.execute("ALTER TABLE whole REPLICA IDENTITY FULL")
        server.execute("CREATE TABLE bare (id int, geaendert_am timestamp)")
        server.execute("CREATE INDEX ON bare (geaendert_am)")
        server.execute("CREATE PUBLICATION changes FOR TABLE kept")
        server.execute("CREATE EXTENSION pg_stat_statements")
        server.execute("CREATE ROLE follower LOGIN REPLICATION PASSWORD 'secret'")
        server.execute("CREATE ROLE reader LOGIN PASSWORD 'secret'")
    yield {
        "root": root,
        "url": url,
        "host": parts.hostname,
        "port": parts.port,
        "database": unquote(parts.path[1:]),
        "password_encrypted": encrypt("secret"),
    }
    services.remove(root)
    shutil.rmtree(root, ignore_errors=True)


def inspected(address: dict[str, Any], user: str) -> dict[str, Any]:
    facts = {name: value for name, value in address.items() if name not in ("root", "url")}
    return POSTGRESQL.inspect(Source(name="Shop", slug="shop", username=user, **facts)).capabilities


def test_postgresql_that_logs_rows(address: dict[str, Any]) -> None:
    found = inspected(address, "follower")
    assert found["cdc"] == {
        "possible": True,
        "missing": [],
        "why": "The write-ahead log holds every changed row, and the user may read it. 1 table has no primary key and "
        "no replica identity: updates there need REPLICA IDENTITY FULL.",
    }
    assert found["tables_without_key"] == {"count": 2, "first": ["public.bare", "public.whole"]}
    assert found["tables_without_replica_identity"] == {"count": 1, "first": ["public.bare"]}
    assert found["update_columns"] == {
        "tables": 2,
        "count": 2,
        "first": [
            {"table": "public.bare", "column": "geaendert_am", "is_indexed": True},
            {"table": "public.kept", "column": "updated_at", "is_indexed": False},
        ],
    }
    assert (found["wal_level"], found["read_only"], found["may_replicate"]) == ("logical", False, True)
    assert found["publications"] == ["changes"]
    assert found["free_replication_slots"] == found["max_replication_slots"] == 10
    assert (found["wal_senders_in_use"], found["max_wal_senders"]) == (0, 10)
    assert found["statement_statistics"].startswith("readable, but for the statements of others")


def test_postgresql_whose_slots_are_taken_and_whose_user_lacks_the_right(address: dict[str, Any]) -> None:
    with psycopg.connect(address["url"], autocommit=True) as server:
        for number in range(10):
            server.execute("SELECT pg_create_physical_replication_slot(%s)", [f"slot_{number}"])
        verdict = inspected(address, "reader")["cdc"]
        server.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
    assert verdict["possible"] is False
    assert verdict["missing"] == [
        "The user may not replicate. Have run: ALTER ROLE … REPLICATION",
        "No replication slot is free. Have max_replication_slots raised, or a slot that nobody uses dropped.",
    ]


def restarted(address: dict[str, Any], statement: bytes) -> None:
    """Run a statement and start the server anew."""
    with psycopg.connect(address["url"], autocommit=True) as server:
        server.execute(statement)
    services.stop(address["root"])
    services.start(address["root"], durable=False)


def test_postgresql_that_logs_for_replicas_only(address: dict[str, Any]) -> None:
    try:
        restarted(address, b"ALTER SYSTEM SET wal_level = replica")
        found = inspected(address, "follower")
    finally:
        restarted(address, b"ALTER SYSTEM RESET wal_level")
    assert found["wal_level"] == "replica"
    assert found["cdc"] == {
        "possible": False,
        "missing": [
            "wal_level is replica, not logical. Have it set in the server's configuration and the server restarted."
        ],
        "why": "Changes can't be followed one by one as things are.",
    }


def test_postgresql_over_tls_shows_its_certificate(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = certificates.make(tmp_path)
    monkeypatch.setenv("PGSSLROOTCERT", str(files.authority))
    with listeners.listening(listeners.tls_before(warehouse.port, str(files.certificate), str(files.key))) as port:
        for tls, is_verified in (("require", False), ("verify-full", True)):
            assert_posture(POSTGRESQL.inspect(warehouse.source(port=port, tls=tls)).tls, files, is_verified)
    assert POSTGRESQL.inspect(warehouse.source()).tls == {}


def assert_posture(tls: dict[str, Any], files: certificates.Files, is_verified: bool) -> None:
    assert tls.pop("protocol") == "TLSv1.3"
    assert re.fullmatch(r"TLS_[A-Z0-9_]+", tls.pop("cipher"))
    assert tls == {
        "is_verified": is_verified,
        "subject": "CN=warehouse",
        "issuer": "CN=Atrium test authority",
        "names": ["warehouse.test", "127.0.0.1"],
        "expires_at": files.expires_at.isoformat(),
    }


# MariaDB.


@pytest.fixture(scope="module")
def files() -> Iterator[certificates.Files]:
    folder = Path(tempfile.mkdtemp(prefix="atrium-tls-"))
    folder.chmod(0o755)
    yield certificates.make(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def logging(files: certificates.Files) -> Iterator[mariadb.Server]:
    """A server that logs rows and speaks TLS."""
    with mariadb.standing(
        *("--log-bin=changes", "--binlog-format=ROW", "--server-id=7", "--performance-schema=ON"),
        *(f"--ssl-cert={files.certificate}", f"--ssl-key={files.key}", f"--ssl-ca={files.authority}"),
    ) as server:
        server.run(
            "CREATE DATABASE shop",
            "CREATE TABLE shop.kept (id int PRIMARY KEY, updated_at timestamp, changed datetime, KEY (updated_at))",
            "CREATE TABLE shop.bare (id int UNIQUE, touched timestamp NULL ON UPDATE current_timestamp)",
            "CREATE TABLE shop.quiet (id int PRIMARY KEY, made_on date)",
        )
        yield server


def source_of(server: mariadb.Server, name: str, **facts: Any) -> Source:
    return server.source(username=name, password=PASSWORD, **facts)


def test_mariadb_that_logs_rows(logging: mariadb.Server) -> None:
    with logging.reader("SELECT ON shop.*", "REPLICATION SLAVE, REPLICATION CLIENT ON *.*") as name:
        found = MARIADB.inspect(source_of(logging, name)).capabilities
    assert found["cdc"] == {
        "possible": True,
        "missing": [],
        "why": "The binary log holds every changed row, and the user may read it. 1 table has no primary key: which "
        "row was changed there can't be told for sure.",
    }
    assert found["tables_without_key"] == {"count": 1, "first": ["shop.bare"]}
    assert found["update_columns"] == {
        "tables": 2,
        "count": 3,
        "first": [
            {"table": "shop.bare", "column": "touched", "is_indexed": False},
            {"table": "shop.kept", "column": "changed", "is_indexed": False},
            {"table": "shop.kept", "column": "updated_at", "is_indexed": True},
        ],
    }
    facts = ("log_bin", "binlog_format", "binlog_row_image", "server_id", "performance_schema", "may_read_log")
    assert [found[name] for name in facts] == [True, "ROW", "FULL", 7, True, True]


def test_mariadb_whose_log_is_not_whole_and_whose_user_lacks_rights(logging: mariadb.Server) -> None:
    logging.run("SET GLOBAL binlog_row_image = MINIMAL", "SET GLOBAL binlog_format = STATEMENT")
    with logging.reader("SELECT ON shop.*") as name:
        verdict = MARIADB.inspect(source_of(logging, name, database="shop")).capabilities["cdc"]
    logging.run("SET GLOBAL binlog_row_image = FULL", "SET GLOBAL binlog_format = ROW")
    assert verdict["missing"] == [
        "binlog_format is STATEMENT, not ROW: statements are logged instead of rows. Have it set to ROW.",
        "binlog_row_image is MINIMAL, not FULL: rows are logged in part. Have it set to FULL.",
        "The user may not read the binary log. Have run: GRANT REPLICATION SLAVE ON *.* TO …",
        "The user may not ask where the binary log stands. Have run: GRANT REPLICATION CLIENT ON *.* TO …",
    ]


def test_mariadb_without_a_log() -> None:
    server = mariadb.shared()
    with server.reader("REPLICATION SLAVE, BINLOG MONITOR ON *.*") as name:
        verdict = MARIADB.inspect(source_of(server, name)).capabilities["cdc"]
    assert verdict == {
        "possible": False,
        "missing": [
            "The binary log is off. Have log_bin set in the server's configuration and the server restarted.",
            "binlog_format is MIXED, not ROW: statements are logged instead of rows. Have it set to ROW.",
        ],
        "why": "Changes can't be followed one by one as things are.",
    }


def failure_of(source: Source) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as caught, connect(source):
        pass
    return caught.value.code, caught.value.field


def test_mariadb_over_tls(logging: mariadb.Server, files: certificates.Files, monkeypatch: pytest.MonkeyPatch) -> None:
    with logging.reader("SELECT ON shop.*") as name:
        assert MARIADB.inspect(source_of(logging, name, tls="disable")).tls == {}
        assert failure_of(source_of(logging, name, tls="verify-full")) == ("certificate_untrusted", "tls")
        monkeypatch.setenv("PGSSLROOTCERT", str(files.authority))
        for tls, is_verified in (("prefer", False), ("require", False), ("verify-full", True)):
            source = source_of(logging, name, tls=tls)
            assert_posture(MARIADB.inspect(source).tls, files, is_verified)
            assert re.match(r"v1\.3, TLS_", MARIADB.look(source).tls or "")
        other = source_of(logging, name, tls="verify-full", host="localhost")
        assert failure_of(other) == ("certificate_other_name", "host")


def test_mariadb_that_wants_tls_says_so(logging: mariadb.Server) -> None:
    logging.run("SET GLOBAL require_secure_transport = ON")
    try:
        refused = pytest.raises(DomainError, match="admits this user with TLS only")
        with logging.reader("SELECT ON shop.*") as name, refused as caught:
            MARIADB.look(source_of(logging, name, tls="disable"))
        assert caught.value.code == "wrong_password"
    finally:
        logging.run("SET GLOBAL require_secure_transport = OFF")
