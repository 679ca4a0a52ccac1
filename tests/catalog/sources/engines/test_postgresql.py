"""Connecting to real servers, and every way in which that fails."""

import datetime as dt
import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from catalog.sources.credentials import CredentialsUnreadable
from catalog.sources.engines import postgresql
from catalog.sources.engines.postgresql import DOOR, connect
from catalog.sources.models import Source
from portal.kit.errors import DomainError
from tests.catalog.sources import listeners
from tests.catalog.sources.warehouse import READER_PASSWORD, Warehouse, administrator, standing

Connection = psycopg.Connection[Any]
Work = Callable[[Connection], object]


def failure_of(source: Source, work: Work = lambda _: None, statement_timeout_s: float = 60) -> DomainError:
    """Return the error that connecting to the source, or the work there, ends with."""
    with pytest.raises(DomainError) as caught, connect(source, statement_timeout_s=statement_timeout_s) as connection:
        work(connection)
    assert READER_PASSWORD not in str(caught.value)
    return caught.value


def asking(query: str) -> Work:
    """Return work that runs one query."""
    return lambda connection: connection.execute(query)


def assert_failure(source: Source, code: str, field: str | None) -> None:
    error = failure_of(source)
    assert (error.code, error.field) == (code, field)


def test_the_session_is_read_only_repeatable_and_bounded(warehouse: Warehouse) -> None:
    with connect(warehouse.source(), statement_timeout_s=1.5, application_name="atrium test") as connection:
        assert connection.prepare_threshold is None
        shown = [
            connection.execute(f"SHOW {name}").fetchone()
            for name in ("transaction_read_only", "transaction_isolation", "statement_timeout", "application_name")
        ]
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TABLE sales.mine (id int)")
    assert shown == [("on",), ("repeatable read",), ("1500ms",), ("atrium test",)]
    assert connection.closed


def test_a_wrong_host_is_named(warehouse: Warehouse) -> None:
    assert_failure(warehouse.source(host="no-such-host.invalid"), "host_unknown", "host")


@pytest.mark.parametrize("host", ["/var/run/postgresql", "@atrium", "a.example,b.example", "a b", "", "a" * 64, "a..b"])
def test_what_is_no_single_host_is_refused(warehouse: Warehouse, host: str) -> None:
    assert_failure(warehouse.source(host=host), "host_invalid", "host")


def test_a_closed_port_is_named(warehouse: Warehouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert_failure(warehouse.source(port=port), "connection_refused", "port")


def test_a_server_that_says_nothing_is_given_up(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "CONNECT_TIMEOUT_S", 2)
    with listeners.listening(listeners.silence) as port:
        assert_failure(warehouse.source(port=port), "connect_timeout", "host")


@pytest.mark.parametrize("tls", ["disable", "prefer"])
def test_another_protocol_is_told_apart(warehouse: Warehouse, tls: str) -> None:
    with listeners.listening(listeners.web) as port:
        assert_failure(warehouse.source(port=port, tls=tls), "not_postgresql", "port")


def test_a_server_that_is_too_old_is_refused(warehouse: Warehouse) -> None:
    with listeners.listening(listeners.old_postgresql) as port:
        source = warehouse.source(port=port)
        assert_failure(source, "server_too_old", "host")
        assert "PostgreSQL 9," in failure_of(source).message


def test_a_wrong_password_is_told(warehouse: Warehouse) -> None:
    assert_failure(warehouse.source(password="wrong"), "wrong_password", "password")


def test_a_missing_password_is_told(warehouse: Warehouse) -> None:
    assert_failure(warehouse.source(password_encrypted=""), "no_password", "password")


def test_an_unknown_user_looks_like_a_wrong_password_and_the_words_say_so(warehouse: Warehouse) -> None:
    error = failure_of(warehouse.source(username="nobody_of_this_name"))
    assert (error.code, error.field) == ("wrong_password", "password")
    assert "no such user" in error.message


def test_an_unknown_database_is_named(warehouse: Warehouse) -> None:
    assert_failure(warehouse.source(database="no_such_database"), "unknown_database", "database")


def test_a_user_without_the_right_to_connect_is_told_which_right(warehouse: Warehouse) -> None:
    error = failure_of(warehouse.source(username=warehouse.locked_out))
    assert (error.code, error.field) == ("no_connect_right", "database")
    assert "GRANT CONNECT" in error.message


@pytest.mark.parametrize("tls", ["disable", "prefer"])
def test_the_bare_password_is_never_sent_on_an_open_line(warehouse: Warehouse, tls: str) -> None:
    heard: list[bytes] = []
    with listeners.listening(listeners.asking_for_the_password(heard)) as port:
        assert_failure(warehouse.source(port=port, tls=tls), "bare_password", "tls")
    assert READER_PASSWORD.encode() not in b"".join(heard)


def test_tls_that_the_server_does_not_offer_is_told(warehouse: Warehouse) -> None:
    assert_failure(warehouse.source(tls="require"), "tls_refused", "tls")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "warehouse")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate.pem", folder / "key.pem"


def test_tls_is_used_and_its_certificate_checked(
    warehouse: Warehouse, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = listeners.tls_before(warehouse.port, *map(str, certificate))
    with listeners.listening(talk) as port:
        with connect(warehouse.source(port=port, tls="require")) as connection:
            assert connection.pgconn.ssl_in_use
        assert_failure(warehouse.source(port=port, tls="verify-full"), "certificate_untrusted", "tls")
        monkeypatch.setenv("PGSSLROOTCERT", str(certificate[0]))
        assert_failure(
            warehouse.source(host="localhost", port=port, tls="verify-full"), "certificate_other_name", "host"
        )
        with connect(warehouse.source(port=port, tls="verify-full")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_an_inspection_tells_how_the_line_is_protected(
    warehouse: Warehouse, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DOOR.inspect(warehouse.source()).tls == {}
    with listeners.listening(listeners.tls_before(warehouse.port, *map(str, certificate))) as port:
        unchecked = DOOR.inspect(warehouse.source(port=port, tls="require")).tls
        monkeypatch.setenv("PGSSLROOTCERT", str(certificate[0]))
        checked = DOOR.inspect(warehouse.source(port=port, tls="verify-full")).tls
    assert (unchecked["protocol"], unchecked["subject"], unchecked["issuer"], unchecked["names"]) == (
        "TLSv1.3",
        "CN=warehouse",
        "CN=warehouse",
        ["127.0.0.1"],
    )
    ends = dt.datetime.fromisoformat(unchecked["expires_at"]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=1) < ends <= dt.timedelta(days=2)
    assert (unchecked["is_verified"], checked["is_verified"]) == (False, True)


def test_a_missing_file_of_authorities_is_told_without_its_path(
    warehouse: Warehouse, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", "/secret/place/root.crt")
    with listeners.listening(listeners.tls_before(warehouse.port, *map(str, certificate))) as port:
        error = failure_of(warehouse.source(port=port, tls="verify-full"))
    assert error.code == "certificate_untrusted"
    assert "/secret" not in error.message


def test_a_server_that_goes_away_in_mid_run_is_told(warehouse: Warehouse) -> None:
    def work(connection: Connection) -> None:
        with administrator() as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        connection.execute("SELECT 1")

    error = failure_of(warehouse.source(), work)
    assert (error.code, error.status) == ("server_gone", 503)


def test_a_connection_cut_in_mid_run_is_told(warehouse: Warehouse) -> None:
    def work(connection: Connection) -> None:
        with socket.socket(fileno=connection.fileno()) as line:
            line.shutdown(socket.SHUT_RDWR)
            line.detach()
        connection.execute("SELECT 1")

    assert failure_of(warehouse.source(), work).code == "server_gone"


def test_a_database_dropped_in_mid_run_is_told() -> None:
    with standing() as house:

        def work(connection: Connection) -> None:
            house.run("DROP DATABASE {} WITH (FORCE)", house.database, database="postgres")
            connection.execute("SELECT 1")

        assert failure_of(house.source(), work).code == "server_gone"
        assert failure_of(house.source()).code == "unknown_database"


def test_a_slow_query_is_stopped(warehouse: Warehouse) -> None:
    error = failure_of(warehouse.source(), asking("SELECT pg_sleep(30)"), statement_timeout_s=0.05)
    assert error.code == "statement_timeout"


def test_a_missing_right_in_mid_run_is_told(warehouse: Warehouse) -> None:
    assert failure_of(warehouse.source(), asking("SELECT * FROM payroll.salaries")).code == "no_rights"


def test_any_other_error_keeps_the_servers_words_to_itself(warehouse: Warehouse) -> None:
    error = failure_of(warehouse.source(), asking("SELECT 'secret'::int"))
    assert error.code == "source_error"
    assert error.message == "The source answered a query with an error (SQLSTATE 22P02)."


def test_a_lost_key_is_told_before_anybody_is_asked(warehouse: Warehouse) -> None:
    error = failure_of(warehouse.source(host="no-such-host.invalid", password_encrypted="gAAAAABm" + "A" * 100))
    assert isinstance(error, CredentialsUnreadable)
