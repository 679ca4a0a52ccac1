"""Connecting to a real Trino, and every way in which that fails."""

import socket

import pytest
from requests import ConnectionError as LineLost
from trino.exceptions import HttpError, TrinoQueryError

from catalog.sources.credentials import decrypt, encrypt
from catalog.sources.engines import the_engine, web
from catalog.sources.engines.trino import DOOR, connect, explain
from catalog.sources.models import Source
from portal.kit.errors import DomainError, Unavailable
from tests.catalog.sources import listeners
from tests.engines import trino
from tests.engines.trino import PASSWORD, Server
from tests.factories.catalog import make_source

real = [
    pytest.mark.engine,
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),  # “Required” checks nothing
]


@pytest.fixture
def server() -> Server:
    return trino.shared()


def failure_of(source: Source) -> DomainError:
    """Return the error that a look ends with; it quotes no password."""
    with pytest.raises(DomainError) as caught:
        DOOR.look(source)
    assert PASSWORD not in str(caught.value)
    return caught.value


def assert_failure(source: Source, code: str, field: str | None) -> None:
    error = failure_of(source)
    assert (error.code, error.field) == (code, field)


def somewhere(**facts: object) -> Source:
    """Return a source of nothing in particular."""
    return Source(**{"name": "Lake", "engine": "trino", "host": "127.0.0.1", "port": 1, "tls": "disable"} | facts)


class TestRealTrino:
    pytestmark = real

    def test_look_over_an_open_line(self, server: Server) -> None:
        found = DOOR.look(server.source(database=""))
        assert (found.server, found.tls) == ("Trino 476", "")
        assert found.notes == ("Catalogs: memory, tpcds, tpch.",)
        assert found.tables >= 9 * 8 + 10 * 25
        one = DOOR.look(server.source(database="tpch"))
        assert (one.schemas, one.tables, one.notes) == (9, 72, ("Catalogs: tpch.",))

    def test_inspection_tells_nodes_and_certificate(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PGSSLROOTCERT", str(server.certificate))
        report = DOOR.inspect(server.source(host="localhost", tls=Source.Tls.VERIFY, password=PASSWORD))
        assert report.server == "Trino 476"
        assert report.capabilities == {
            "catalogs": {"memory": "memory"},
            "changes_followed": False,
            "nodes": 1,
            "nodes_active": 1,
        }
        assert report.tls["protocol"] == "TLSv1.3"
        assert (report.tls["subject"], report.tls["is_verified"]) == ("CN=localhost", True)
        assert DOOR.inspect(server.source()).tls == {}

    @pytest.mark.parametrize("tls", [Source.Tls.PREFER, Source.Tls.REQUIRE])
    def test_password_signs_in_over_tls(self, server: Server, tls: str) -> None:
        assert DOOR.look(server.source(tls=tls, password=PASSWORD)).tls == "v1.3, TLS_AES_256_GCM_SHA384"

    def test_tls_if_offered_falls_back_to_an_open_line(self, server: Server) -> None:
        assert DOOR.look(server.source(tls=Source.Tls.PREFER, port=server.port)).tls == ""

    def test_required_tls_does_not_fall_back(self, server: Server) -> None:
        assert_failure(server.source(tls=Source.Tls.REQUIRE, port=server.port), "tls_refused", "tls")

    def test_wrong_password(self, server: Server) -> None:
        assert_failure(server.source(tls=Source.Tls.REQUIRE, password="wrong"), "wrong_password", "password")

    @pytest.mark.django_db
    def test_next_password_takes_the_place_of_one_that_is_refused(self, server: Server) -> None:
        address = server.address(tls=Source.Tls.REQUIRE, password="old")
        source = make_source(**address, next_password_encrypted=encrypt(PASSWORD))
        assert DOOR.look(source).server == "Trino 476"
        source.refresh_from_db()
        assert (decrypt(source.password_encrypted), source.next_password_encrypted) == (PASSWORD, "")

    def test_unknown_catalog(self, server: Server) -> None:
        assert_failure(server.source(database="no_such"), "unknown_database", "database")

    def test_certificate_that_nobody_vouches_for(self, server: Server) -> None:
        assert_failure(server.source(tls=Source.Tls.VERIFY), "certificate_untrusted", "tls")

    def test_certificate_of_another_name(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PGSSLROOTCERT", str(server.certificate))
        assert_failure(server.source(tls=Source.Tls.VERIFY), "certificate_other_name", "host")

    def test_statements_are_bounded_in_time(self, server: Server) -> None:
        slow = "SELECT count(*) FROM tpch.sf1000.lineitem AS a CROSS JOIN tpch.sf1000.lineitem AS b"
        with pytest.raises(Unavailable) as caught, connect(server.source(), statement_timeout_s=2) as session:
            session.rows(slow)
        assert caught.value.code == "statement_timeout"


@pytest.mark.parametrize("host", ["a/b", "a@b", "a b", "", "a:80", "a?x", "[::1", "a..b", "http://a"])
def test_what_is_no_single_host_is_refused(host: str) -> None:
    assert_failure(somewhere(host=host), "host_invalid", "host")


def test_wrong_host() -> None:
    assert_failure(somewhere(host="no-such-host.invalid"), "host_unknown", "host")


def test_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for tls in Source.Tls.values:
        assert_failure(somewhere(port=port, tls=tls), "connection_refused", "port")


def test_another_web_server() -> None:
    with listeners.listening(listeners.web) as port:
        assert_failure(somewhere(port=port), "not_trino", "port")


def test_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.sources.engines.trino._ANSWER_TIMEOUT_S", 1)
    with listeners.listening(listeners.silence) as port:
        assert_failure(somewhere(port=port), "connect_timeout", "host")


def test_server_that_is_starting() -> None:
    def starting(visitor: socket.socket) -> None:
        body = b'{"nodeVersion": {"version": "476"}, "starting": true}'
        visitor.recv(4096)
        visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    with listeners.listening(starting) as port:
        assert_failure(somewhere(port=port), "server_not_ready", None)


def test_password_stays_on_this_machine_unless_encrypted() -> None:
    elsewhere = somewhere(host="trino.example.org", port=8080)
    with pytest.raises(DomainError) as caught:
        web.require_cover(elsewhere, PASSWORD, is_encrypted=False)
    assert (caught.value.code, caught.value.field) == ("bare_password", "tls")
    web.require_cover(elsewhere, PASSWORD, is_encrypted=True)
    web.require_cover(elsewhere, "", is_encrypted=False)
    for host in ("127.0.0.1", "::1", "localhost"):
        web.require_cover(somewhere(host=host), PASSWORD, is_encrypted=False)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HttpError("error 401: b'Invalid credentials'"), "wrong_password"),
        (HttpError("error 403: b''"), "no_rights"),
        (HttpError("error 500: b'/opt/trino'"), "server_gone"),
        (LineLost("/v1/statement"), "server_gone"),
        (TrinoQueryError({"errorName": "PERMISSION_DENIED"}), "no_rights"),
        (TrinoQueryError({"errorName": "QUERY_QUEUE_FULL"}), "too_many_connections"),
        (TrinoQueryError({"errorName": "HIVE_METASTORE_ERROR", "message": "10.0.0.1"}), "source_error"),
    ],
)
def test_errors_are_told_in_plain_words(error: Exception, code: str) -> None:
    found = explain(error)
    assert found.code == code
    assert "/" not in found.message
    assert "10.0" not in found.message


def test_engine_is_known() -> None:
    engine = the_engine("trino")
    assert (engine.reach(), engine.needs) == (DOOR, ("trino",))
