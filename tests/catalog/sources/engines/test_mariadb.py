"""Connecting to a real MariaDB, and every way in which that fails."""

import socket
import struct
from collections.abc import Callable, Iterator

import pymysql
import pytest

from catalog.sources.credentials import CredentialsUnreadable
from catalog.sources.engines.mariadb import DOOR, connect, session
from catalog.sources.engines.mariadb.failures import explain, explain_opening
from catalog.sources.engines.mariadb.line import Line, Server
from catalog.sources.models import Source
from catalog.sources.reports import look
from portal.kit.errors import DomainError
from tests.catalog.sources import listeners
from tests.engines import mariadb
from tests.engines.mariadb import PASSWORD

pytestmark = [pytest.mark.engine, pytest.mark.django_db]
Work = Callable[[Line], object]


@pytest.fixture
def server() -> mariadb.Server:
    return mariadb.shared()


@pytest.fixture
def house(server: mariadb.Server) -> Iterator[str]:
    """A database with two tables and a view."""
    with server.database(
        "CREATE TABLE orders (id int PRIMARY KEY)",
        "CREATE TABLE customers (id int)",
        "CREATE VIEW recent AS SELECT id FROM orders",
    ) as database:
        yield database


@pytest.fixture
def reader(server: mariadb.Server, house: str) -> Iterator[str]:
    with server.reader(f"SELECT, SHOW VIEW ON `{house}`.*") as name:
        yield name


@pytest.fixture
def source(server: mariadb.Server, house: str, reader: str) -> Source:
    return server.source(username=reader, password=PASSWORD, database=house)


def failure_of(source: Source, work: Work = lambda _: None, statement_timeout_s: float = 60) -> DomainError:
    with pytest.raises(DomainError) as caught, connect(source, statement_timeout_s=statement_timeout_s) as line:
        work(line)
    assert PASSWORD not in str(caught.value)
    return caught.value


def assert_failure(source: Source, code: str, field: str | None) -> None:
    error = failure_of(source)
    assert (error.code, error.field) == (code, field)


def asking(query: str) -> Work:
    return lambda line: line.rows(query)


def altered(source: Source, **facts: object) -> Source:
    for name, value in facts.items():
        setattr(source, name, value)
    return source


def test_the_session_is_read_only_and_bounded(server: mariadb.Server, source: Source) -> None:
    with connect(source, statement_timeout_s=1.5) as line:
        shown = line.rows("SELECT @@max_statement_time, @@tx_read_only, @@lock_wait_timeout, DATABASE()")
        assert shown == [("1.500000", "1", "10", "information_schema")]
        with pytest.raises(pymysql.OperationalError, match="READ ONLY"):
            line.rows(f"CREATE TABLE {source.database}.mine (id int)")
        server.run(f"GRANT DELETE ON `{source.database}`.* TO {source.username}")
        with pytest.raises(pymysql.OperationalError, match="READ ONLY"):
            line.rows(f"DELETE FROM {source.database}.orders")
    assert not line.open


def test_a_wrong_host_is_named(source: Source) -> None:
    assert_failure(altered(source, host="no-such-host.invalid"), "host_unknown", "host")


@pytest.mark.parametrize("host", ["/run/mysqld/mysqld.sock", "a.example,b.example", "a b", "", "a" * 64])
def test_what_is_no_single_host_is_refused(source: Source, host: str) -> None:
    assert_failure(altered(source, host=host), "host_invalid", "host")


def test_a_closed_port_is_named(source: Source) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert_failure(altered(source, port=port), "connection_refused", "port")


def test_a_server_that_says_nothing_is_given_up(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "CONNECT_TIMEOUT_S", 1)
    with listeners.listening(listeners.silence) as port:
        assert_failure(altered(source, port=port), "connect_timeout", "host")


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"220 mail ready\r\n", b"", b"\x01\x00\x00\x00\x09"])
def test_another_protocol_is_told_apart(source: Source, greeting: bytes) -> None:
    with listeners.listening(lambda visitor: visitor.sendall(greeting)) as port:
        assert_failure(altered(source, port=port), "not_mariadb", "port")


def test_a_wrong_password_is_told(server: mariadb.Server, source: Source) -> None:
    wrong = server.source(username=source.username, password="wrong", database=source.database)
    assert_failure(wrong, "wrong_password", "password")


def test_a_missing_password_is_told(source: Source) -> None:
    assert_failure(altered(source, password_encrypted=""), "no_password", "password")


def test_an_unknown_user_looks_like_a_wrong_password_and_the_words_say_so(source: Source) -> None:
    error = failure_of(altered(source, username="nobody_of_this_name"))
    assert (error.code, error.field) == ("wrong_password", "password")
    assert "no such user" in error.message


def test_a_locked_user_is_told(server: mariadb.Server, source: Source) -> None:
    server.run(f"ALTER USER {source.username} ACCOUNT LOCK")
    assert_failure(source, "unknown_user", "username")


def test_an_expired_password_is_told(server: mariadb.Server, source: Source) -> None:
    server.run(f"ALTER USER {source.username} PASSWORD EXPIRE")
    assert_failure(source, "password_expired", "password")


def test_a_user_of_the_machine_only_is_told(server: mariadb.Server, source: Source) -> None:
    server.run(f"ALTER USER {source.username} IDENTIFIED VIA unix_socket")
    assert_failure(source, "sign_in_unsupported", "username")


def test_an_unknown_database_is_named(server: mariadb.Server) -> None:
    assert_failure(server.source(database="no_such_database"), "unknown_database", "database")


def test_a_closed_database_is_told_with_the_right_to_grant(source: Source) -> None:
    error = failure_of(altered(source, database="mysql"))
    assert (error.code, error.field) == ("no_connect_right", "database")
    assert "GRANT SELECT, SHOW VIEW" in error.message


def test_too_many_connections_are_told(server: mariadb.Server, source: Source) -> None:
    server.run(f"ALTER USER {source.username} WITH MAX_USER_CONNECTIONS 1")
    with connect(source):
        assert_failure(source, "too_many_connections", None)


def test_tls_that_the_server_does_not_offer_is_told(source: Source) -> None:
    assert_failure(altered(source, tls="require"), "tls_refused", "tls")


@pytest.mark.parametrize(("is_mariadb", "version"), [(True, (10, 3, 39)), (False, (5, 7, 44))])
def test_a_server_that_is_too_old_is_refused(is_mariadb: bool, version: tuple[int, ...]) -> None:
    with pytest.raises(DomainError) as caught:
        session._require_version(Server(is_mariadb, version))
    assert (caught.value.code, caught.value.field) == ("server_too_old", "host")
    assert Server(is_mariadb, version).label in caught.value.message


def _packet(number: int, payload: bytes) -> bytes:
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def _asking_for_the_password(plugin: bytes, heard: list[bytes]) -> listeners.Talk:
    """Greet as MariaDB does, then ask to sign in by a plugin that needs the password itself."""

    def talk(visitor: socket.socket) -> None:
        features = 0xFFFF & ~0x0800 & ~0x0020  # all but TLS and compression
        greeting = b"\x0a11.4.2-MariaDB\0" + struct.pack("<I", 1) + b"saltsalt\0" + struct.pack("<H", features)
        greeting += b"\x2d\x02\x00" + struct.pack("<H", 0x0008) + b"\x15" + bytes(10) + b"saltsaltsalt\0"
        visitor.sendall(_packet(0, greeting + b"mysql_native_password\0"))
        visitor.recv(4096)
        visitor.sendall(_packet(2, b"\xfe" + plugin + b"\0" + b"saltsaltsaltsaltsalt\0"))
        if plugin == b"caching_sha2_password":
            visitor.recv(4096)
            visitor.sendall(_packet(4, b"\x01\x04"))  # it has no proof of this user: the password itself, please
        while data := visitor.recv(4096):
            heard.append(data)

    return talk


@pytest.mark.parametrize("tls", ["disable", "prefer"])
@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog", b"sha256_password", b"caching_sha2_password"])
def test_the_bare_password_is_never_sent_on_an_open_line(source: Source, tls: str, plugin: bytes) -> None:
    heard: list[bytes] = []
    with listeners.listening(_asking_for_the_password(plugin, heard)) as port:
        assert_failure(altered(source, port=port, tls=tls), "bare_password", "tls")
    assert heard in ([], [b"\x01\x00\x00\x00\x01"])  # nothing but good-bye


def test_a_server_that_goes_away_in_mid_run_is_told(server: mariadb.Server, source: Source) -> None:
    def work(line: Line) -> None:
        server.run(f"KILL {line.session}")
        line.rows("SELECT 1")

    error = failure_of(source, work)
    assert (error.code, error.status) == ("server_gone", 503)


def test_a_line_cut_in_mid_run_is_told(source: Source) -> None:
    def work(line: Line) -> None:
        assert line._sock is not None
        line._sock.shutdown(socket.SHUT_RDWR)
        line.rows("SELECT 1")

    assert failure_of(source, work).code == "server_gone"


def test_a_slow_query_is_stopped(source: Source) -> None:
    product = ", ".join(f"COLLATIONS AS {name}" for name in "abcd")
    error = failure_of(source, asking(f"SELECT COUNT(*) FROM {product}"), statement_timeout_s=0.2)
    assert error.code == "statement_timeout"


def test_a_server_that_forgets_to_stop_is_left(source: Source) -> None:
    def work(line: Line) -> None:
        line.wait_up_to(0.2)
        line.rows("SELECT SLEEP(20)")

    assert failure_of(source, work).code == "statement_timeout"


def test_a_missing_right_in_mid_run_is_told(source: Source) -> None:
    assert failure_of(source, asking("SELECT * FROM mysql.user")).code == "no_rights"


def test_any_other_error_keeps_the_servers_words_to_itself(source: Source) -> None:
    error = failure_of(source, asking("SELECT 'secret' FROM nowhere.at_all"))
    assert error.code == "no_rights"
    error = failure_of(source, asking("SELEKT secret"))
    assert (error.code, error.message) == ("source_error", "The source answered a query with an error (number 1064).")


def test_a_lost_key_is_told_before_anybody_is_asked(source: Source) -> None:
    lost = altered(source, host="no-such-host.invalid", password_encrypted="gAAAAABm" + "A" * 100)
    assert isinstance(failure_of(lost), CredentialsUnreadable)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (pymysql.OperationalError(1130, "Host '10.0.0.1' is not allowed to connect"), "not_admitted"),
        (pymysql.OperationalError(1129, "Host is blocked"), "not_admitted"),
        (pymysql.OperationalError(1040, "Too many connections"), "too_many_connections"),
        (RuntimeError("'pynacl' package is required"), "sign_in_unsupported"),
        (pymysql.OperationalError(9999, "odd"), "connection_failed"),
    ],
)
def test_what_can_not_be_staged_is_read_by_its_number(error: Exception, code: str) -> None:
    assert explain_opening(error).code == code


def test_locks_and_closed_lines_are_told() -> None:
    assert explain(pymysql.OperationalError(1205, "Lock wait timeout exceeded")).code == "locked"
    assert explain(pymysql.InterfaceError(0, "")).code == "server_gone"


def test_a_working_connection_is_described(source: Source) -> None:
    report = look(source)
    assert report.findings is not None
    assert report.findings.server.startswith("MariaDB 1")
    assert (report.findings.tls, report.findings.schemas, report.findings.tables) == ("", 1, 3)
    assert report.findings.missing_rights == ()
    assert report.findings.notes == ("The binary log is off.",)


def test_an_empty_database_means_the_whole_server(server: mariadb.Server, source: Source) -> None:
    with server.database("CREATE TABLE another (id int)") as other:
        server.run(f"GRANT SELECT ON `{other}`.* TO {source.username}")
        findings = DOOR.look(altered(source, database=""))
    assert (findings.schemas, findings.tables) == (2, 4)


def test_missing_rights_are_told_in_words(server: mariadb.Server, source: Source) -> None:
    server.run(f"REVOKE SHOW VIEW ON `{source.database}`.* FROM {source.username}")
    assert DOOR.look(source).missing_rights == ("No SHOW VIEW on 1 view: listed without definition.",)
    server.run(f"REVOKE SELECT ON `{source.database}`.* FROM {source.username}")
    assert DOOR.look(altered(source, database="")).missing_rights == (
        "The user sees no table: there is none, or a right is missing. Have run: GRANT SELECT, SHOW VIEW ON …",
    )
