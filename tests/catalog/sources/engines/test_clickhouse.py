"""Connecting to a real ClickHouse, and every way in which that fails."""

import socket
import threading
import time

import pytest

from catalog.sources.engines import the_engine
from catalog.sources.engines.clickhouse import DOOR, connect, explain
from catalog.sources.models import Source
from portal.kit.errors import DomainError
from tests.catalog.sources import listeners
from tests.engines import clickhouse
from tests.engines.clickhouse import PASSWORD, Server


@pytest.fixture
def server() -> Server:
    found = clickhouse.shared()
    found.empty()
    return found


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
    return Source(
        **{"name": "Events", "engine": "clickhouse", "host": "127.0.0.1", "port": 1, "tls": "disable"} | facts
    )


@pytest.mark.engine
class TestRealClickHouse:
    def test_look_tells_version_line_and_what_is_there(self, server: Server) -> None:
        server.run("CREATE DATABASE a", "CREATE TABLE a.t (id Int8) ENGINE = Log", "CREATE VIEW a.v AS SELECT 1 AS one")
        found = DOOR.look(server.source())
        assert (found.server, found.tls, found.schemas, found.tables, found.notes) == (
            "ClickHouse 18.16.1",
            "",
            2,
            2,
            (),
        )
        assert DOOR.look(server.source(database="a")).schemas == 1

    def test_tls_if_offered_falls_back_to_an_open_line(self, server: Server) -> None:
        assert DOOR.look(server.source(tls=Source.Tls.PREFER)).tls == ""

    def test_required_tls_does_not_fall_back(self, server: Server) -> None:
        assert_failure(server.source(tls=Source.Tls.REQUIRE), "tls_refused", "tls")

    def test_account_that_may_set_nothing_is_told(self, server: Server) -> None:
        assert DOOR.look(server.source(username="bound")).notes == (
            "The account may set nothing, so statements are bounded by the account's own limits.",
        )

    @pytest.mark.parametrize("user", ["writer", "bound", "reader"])
    def test_statements_only_read(self, server: Server, user: str) -> None:
        with pytest.raises(DomainError) as caught, connect(server.source(username=user)) as session:
            session.rows("CREATE DATABASE mine")
        assert caught.value.message == "ClickHouse answered a query with an error (code 164)."
        assert "mine" not in server.ask("SELECT name FROM system.databases")

    def test_inspection(self, server: Server) -> None:
        report = DOOR.inspect(server.source())
        assert (report.server, report.tls) == ("ClickHouse 18.16.1", {})
        assert report.capabilities == {"changes_followed": False, "session_is_read_only": True}

    @pytest.mark.parametrize(("user", "password"), [("writer", "wrong"), ("nobody", PASSWORD)])
    def test_wrong_sign_in(self, server: Server, user: str, password: str) -> None:
        assert_failure(server.source(username=user, password=password), "wrong_password", "password")

    def test_no_password(self, server: Server) -> None:
        assert_failure(server.source(password=""), "no_password", "password")

    def test_unknown_database(self, server: Server) -> None:
        assert_failure(server.source(database="no_such"), "unknown_database", "database")

    def test_statements_are_bounded_in_time(self, server: Server) -> None:
        with pytest.raises(DomainError) as caught, connect(server.source(), statement_timeout_s=1) as session:
            session.rows("SELECT count() FROM system.numbers")
        assert caught.value.code == "statement_timeout"

    def test_cancelled_statement_ends_at_the_server(self, server: Server) -> None:
        ended: list[DomainError] = []
        with connect(server.source()) as session:

            def work() -> None:
                try:
                    session.rows("SELECT count() FROM system.numbers")
                except DomainError as error:
                    ended.append(error)

            thread = threading.Thread(target=work)
            thread.start()
            while "system.numbers" not in _running(server):
                time.sleep(0.05)
            session.cancel()
            thread.join(30)
        assert [error.code for error in ended] == ["cancelled"] or [error.code for error in ended] == ["server_gone"]
        deadline = time.monotonic() + 30
        while "system.numbers" in _running(server) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "system.numbers" not in _running(server)

    def test_odd_texts_come_out_as_they_are(self, server: Server) -> None:
        with connect(server.source()) as session:
            query = r"SELECT 'tab\t line\n back\\slash \'quoted\' 表', '\\N', CAST(NULL AS Nullable(String))"
            assert session.rows(query) == [["tab\t line\n back\\slash 'quoted' 表", "\\N", None]]


def _running(server: Server) -> str:
    return server.ask("SELECT query FROM system.processes WHERE query NOT LIKE '%processes%'")


@pytest.mark.parametrize("host", ["a/b", "a@b", "a b", "", "a:80", "a?x"])
def test_what_is_no_single_host_is_refused(host: str) -> None:
    assert_failure(somewhere(host=host), "host_invalid", "host")


def test_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert_failure(somewhere(port=port), "connection_refused", "port")


def test_another_web_server() -> None:
    with listeners.listening(listeners.web) as port:
        assert_failure(somewhere(port=port), "not_clickhouse", "port")


def test_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.sources.engines.clickhouse._PATIENCE_S", 1)
    with listeners.listening(listeners.silence) as port:
        assert_failure(somewhere(port=port), "connect_timeout", "host")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (497, "no_rights"),
        (194, "no_password"),
        (195, "not_admitted"),
        (202, "too_many_connections"),
        (60, "source_error"),
    ],
)
def test_errors_are_told_in_plain_words(code: int, told: str) -> None:
    assert explain(code).code == told


def test_engine_is_known() -> None:
    engine = the_engine("clickhouse")
    assert (engine.reach(), engine.needs) == (DOOR, ())
