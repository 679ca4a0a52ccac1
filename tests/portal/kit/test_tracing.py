"""Spans: free while off, and statements without any value in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from psycopg import sql

from portal.kit import tracing
from portal.kit.observed import Observed
from portal.kit.opentelemetry import OpenTelemetry
from portal.kit.traced_sql import TracedCursor, cursor_class, without_values
from portal.kit.tracing import Kind, Span, Value
from tests.portal.collector import Collector, collecting


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[OpenTelemetry, Collector]]:
    """Trace this process to a collector."""
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        backend = OpenTelemetry("atrium-test", 1.0)
        tracing.switch(backend)
        yield backend, collector
        tracing.switch(None)
        backend.close()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT * FROM people WHERE email = 'a@b.c' AND id = 42", "SELECT * FROM people WHERE email = ? AND id = ?"),
        ("ALTER ROLE x PASSWORD 'it''s a secret'", "ALTER ROLE x PASSWORD ?"),
        (r"SELECT E'it\'s a secret', 1.5e3, -7", "SELECT ?, ?, -?"),
        ("SELECT $$a 'secret'$$, $tag$another$tag$", "SELECT ?, ?"),
        ("SELECT 1 -- the secret is 'x'\n FROM t /* or 'y' */", "SELECT ? FROM t"),
        ('SELECT "it\'s a column 5" FROM "t1"', 'SELECT "it\'s a column 5" FROM "t1"'),
        ("SELECT table_1.c2, %s, %(name)s, $1 FROM table_1", "SELECT table_1.c2, %s, %(name)s, $1 FROM table_1"),
        ("SELECT 'never closed", "SELECT ?"),
    ],
)
def test_statements_lose_their_values(statement: str, told: str) -> None:
    assert without_values(statement) == told


def test_long_statements_are_cut_inside_a_value_too() -> None:
    told = without_values("SELECT '" + "secret " * 10_000 + "'")
    assert told == "SELECT ?"


def test_off_means_nothing_at_all() -> None:
    with tracing.span("work", value=1) as span:
        span.note(more=2)
        assert tracing.begin("inner").place() == ""
    assert (tracing.is_on(), tracing.place(), tracing.ids()) == (False, "", {})
    assert cursor_class() is psycopg.Cursor


def test_spans_nest_and_failures_tell_their_kind_only(traced: tuple[OpenTelemetry, Collector]) -> None:
    backend, collector = traced

    def fail() -> None:
        with tracing.span("outer", engine="x"):
            with tracing.span("inner"):
                pass
            raise ValueError("a secret")

    with pytest.raises(ValueError, match="secret"):
        fail()
    backend.close()
    inner, outer = collector.spans
    assert (inner.name, outer.name) == ("inner", "outer")
    assert (inner.parent, inner.trace) == (outer.id, outer.trace)
    assert outer.attributes == {"engine": "x"}
    assert outer.service == "atrium-test"
    assert "secret" not in repr(collector.spans)


def test_work_elsewhere_goes_on_in_the_trace(traced: tuple[OpenTelemetry, Collector]) -> None:
    backend, collector = traced
    with tracing.span("click"):
        place = tracing.place()
    with tracing.span("sweep"), tracing.span("run", "consumer", place):
        pass
    backend.close()
    spans = {span.name: span for span in collector.spans}
    assert (spans["run"].trace, spans["run"].parent) == (spans["click"].trace, spans["click"].id)
    assert spans["sweep"].trace != spans["click"].trace


def test_share_of_nothing_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        backend = OpenTelemetry("atrium-test", 0.0)
        with backend.span("work", "internal", "", {}):
            pass
        backend.close()
        assert collector.spans == []


@pytest.mark.parametrize(("trusted", "parent"), [(True, "b7ad6b7169203331"), (False, "")])
def test_a_stranger_s_trace_is_not_gone_on_with(
    traced: tuple[OpenTelemetry, Collector], trusted: bool, parent: str
) -> None:
    backend, collector = traced
    place = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with override_settings(TRUST_TRACEPARENT=trusted):
        Observed(lambda request: HttpResponse())(RequestFactory().get("/", headers={"traceparent": place}))
    backend.close()
    assert [span.parent for span in collector.spans] == [parent]


@dataclass
class Noted:
    """A backend that keeps what it is told."""

    spans: list[tuple[str, dict[str, Value]]] = field(default_factory=list)

    @contextmanager
    def span(self, name: str, kind: Kind, parent: str, attributes: dict[str, Value]) -> Iterator[Span]:
        yield self.begin(name, kind, attributes)

    def begin(self, name: str, kind: Kind, attributes: dict[str, Value]) -> Span:
        self.spans.append((name, attributes))
        return tracing._NOTHING

    def place(self) -> str:
        return "somewhere"

    def ids(self) -> dict[str, str]:
        return {}


@pytest.mark.django_db
def test_statements_and_copies_of_a_session_are_spans() -> None:
    noted = Noted()
    tracing.switch(noted)
    try:
        parameters = connection.get_connection_params() | {"cursor_factory": cursor_class()}
        with psycopg.connect(**parameters) as session:
            session.execute("SELECT 1 WHERE 'secret' = %s", ["x"])
            session.execute(sql.SQL("SELECT {}").format(sql.Literal("secret")))
            session.execute(b"CREATE TEMP TABLE kept (id int)")
            with session.cursor() as cursor:
                cursor.executemany("INSERT INTO kept VALUES (%s)", [(1,), (2,)])
                with cursor.copy("COPY kept FROM STDIN") as stream:
                    stream.write(b"3\n4\n")
                assert cursor.rowcount == 2
    finally:
        tracing.switch(None)
    assert [(name, facts["db__query__text"]) for name, facts in noted.spans] == [
        ("SELECT", "SELECT ? WHERE ? = %s"),
        ("SELECT", "SELECT ?"),
        ("CREATE", "CREATE TEMP TABLE kept (id int)"),
        ("INSERT", "INSERT INTO kept VALUES (%s)"),
        ("COPY", "COPY kept FROM STDIN"),
    ]
    assert issubclass(TracedCursor, psycopg.Cursor)
