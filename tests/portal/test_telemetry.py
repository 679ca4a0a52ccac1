"""One harvest from the click to the last query, as collector, Prometheus and log reader see it: real processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from portal import services
from tests.catalog.harvest.house import wait
from tests.portal.collector import Collector, Received, collecting
from tests.portal.observed_house import ObservedHouse

pytestmark = pytest.mark.engine
SECRET = "hush-hush-4711"  # stands in the source's rows of facts, and as an account's password


@dataclass
class Seen:
    """What there is to see after one harvest."""

    house: ObservedHouse
    collector: Collector
    run: int
    warehouse: str
    sessionid: str

    @property
    def trace(self) -> list[Received]:
        click = [span for span in self.collector.spans if span.name == "POST harvest:start"]
        assert len(click) == 1
        return [span for span in self.collector.spans if span.trace == click[0].trace]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """Click on “Harvest now” of a source and wait until everything about it has arrived."""
    with collecting() as collector:
        house = ObservedHouse(
            tmp_path_factory.mktemp("house"),
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint,
            OTEL_BSP_SCHEDULE_DELAY="100",
        )
        try:
            yield _harvest(house, collector)
        finally:
            house.close()


def _harvest(house: ObservedHouse, collector: Collector) -> Seen:
    url = _warehouse(house)
    house.start_worker()
    first = house.ask("start", url)
    house.await_state(first, "succeeded")
    with psycopg.connect(url) as warehouse:
        warehouse.execute(f"CREATE TABLE shop.late (id int, note text DEFAULT '{SECRET}')".encode())
    source = house.rows("SELECT id FROM sources_source")[0][0]
    house.start_web()
    house.sign_in()
    house.post(f"/harvest/sources/{source}/start/", f"/sources/{source}/?q={SECRET}")
    run = house.rows("SELECT max(id) FROM harvest_run")[0][0]
    assert run != first
    house.await_state(run, "succeeded")
    wait(lambda: _is_whole(collector), "the spans", house.log)
    sessionid = next(cookie.value or "" for cookie in house.jar if cookie.name == "sessionid")
    return Seen(house, collector, run, url, sessionid)


def _is_whole(collector: Collector) -> bool:
    """Whether click, run and all that lies above any span have arrived."""
    spans = list(collector.spans)
    click = [span.trace for span in spans if span.name == "POST harvest:start"]
    known = {span.id for span in spans}
    above = {span.parent for span in spans if span.trace in click and span.parent}
    return above <= known and any(span.name == "run harvest.run" and span.trace in click for span in spans)


def _warehouse(house: ObservedHouse) -> str:
    url = services.create_database(house.endpoints, "warehouse")
    with psycopg.connect(url, autocommit=True) as warehouse:
        warehouse.execute("CREATE SCHEMA shop")
        warehouse.execute("CREATE TABLE shop.orders (id int PRIMARY KEY)")
    return url


def test_one_trace_goes_from_the_click_to_the_last_query(seen: Seen) -> None:
    trace = seen.trace
    by_id = {span.id: span for span in trace}
    roots = [span.name for span in trace if not span.parent]
    assert roots == ["POST harvest:start"]
    assert all(span.parent in by_id for span in trace if span.parent)
    ours = {(span.service, span.name) for span in trace if not span.attributes.get("db.query.text")}
    assert ours >= {
        ("atrium-web", "POST harvest:start"),
        ("atrium-web", "send harvest.run"),
        *(
            ("atrium-worker", name)
            for name in (
                "run harvest.run",
                "harvest",
                "harvest read",
                "harvest overview",
                "harvest details",
                "harvest apply",
            )
        ),
    }
    queries = [span for span in trace if span.attributes.get("db.query.text")]
    task = next(span for span in trace if span.name == "run harvest.run")
    last = max(queries, key=lambda span: span.ended)
    assert last.service == "atrium-worker"
    assert task.began < last.began
    assert [query for query in queries if task.began < query.began and query.ended < task.ended]


def test_database_spans_are_of_both_databases_and_of_copies(seen: Seen) -> None:
    found = {
        (span.service, span.attributes["db.namespace"], span.name)
        for span in seen.trace
        if "db.namespace" in span.attributes
    }
    portal = seen.house.endpoints.database_url.rpartition("/")[2]
    assert found >= {
        ("atrium-web", portal, "INSERT"),
        ("atrium-worker", portal, "COPY"),
        ("atrium-worker", portal, "INSERT"),
        ("atrium-worker", "warehouse", "COPY"),
        ("atrium-worker", "warehouse", "SELECT"),
    }


def test_statements_carry_no_values(seen: Seen) -> None:
    statements = [
        span.attributes["db.query.text"] for span in seen.collector.spans if "db.query.text" in span.attributes
    ]
    assert statements
    assert [statement for statement in statements if "'" in statement] == []


def test_every_line_is_json_and_says_what_it_is_about(seen: Seen) -> None:
    web, worker = seen.house.lines(seen.house.web_log), seen.house.lines(seen.house.log)
    click = next(line for line in web if line.get("view") == "harvest:start")
    assert (click["method"], click["status"]) == ("POST", 302)
    assert click["seconds"] > 0
    assert "?" not in "".join(line.get("path", "") for line in web)
    done = [line for line in worker if line.get("task") == "harvest.run" and line["event"] == "task"][-1]
    assert done["outcome"] == "success"
    assert done["seconds"] > 0
    assert done["request_id"] == click["request_id"]
    assert done["trace_id"] == click["trace_id"] == seen.trace[0].trace


def test_no_secret_is_told(seen: Seen) -> None:
    told = seen.house.web_log.read_text() + seen.house.log.read_text() + repr(seen.collector.spans)
    password = seen.warehouse.partition("://")[2].partition("@")[0].partition(":")[2]
    assert len(password) > 8
    assert len(seen.sessionid) > 8
    for secret in (password, seen.sessionid, SECRET):
        assert secret not in told


def test_prometheus_gets_the_numbers_of_web_and_worker(seen: Seen) -> None:
    text = seen.house.get("/metrics", Authorization=f"Bearer {seen.house.token()}")
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    name = ("atrium_request_seconds_count", ("method", "POST"), ("status", "3xx"), ("view", "harvest:start"))
    assert found[name] == 1
    assert found["atrium_task_seconds_count", ("outcome", "success"), ("task", "harvest.run")] == 2
    assert found["atrium_harvest_seconds_count", ("engine", "postgresql"), ("state", "succeeded")] == 2
    assert found["atrium_harvest_assets_total", ("change", "added"), ("engine", "postgresql")] == 2
    assert found["atrium_harvest_rows_total", ("engine", "postgresql"), ("part", "relations")] == 3
    assert found.get(("atrium_source_sessions", ("engine", "postgresql")), 0) == 0  # gone with a killed worker
    assert found["atrium_sources", ("health", "succeeded")] == 1
    assert found["atrium_broker_up",] == 1
    assert "warehouse" not in text


def test_numbers_of_a_killed_worker_stay(seen: Seen) -> None:
    seen.house.kill_worker()
    text = seen.house.get("/metrics", Authorization=f"Bearer {seen.house.token()}")
    assert 'atrium_task_seconds_count{outcome="success",task="harvest.run"} 2.0' in text
    left = sorted(path.name for path in (seen.house.root / "run" / "metrics").glob("counter_*.db"))
    assert left == ["counter_0.db"]


def test_strangers_learn_nothing(seen: Seen) -> None:
    seen.house.jar.clear()
    with pytest.raises(HTTPError) as refused:
        seen.house.get("/metrics")
    assert refused.value.code == 401
    assert b"atrium_" not in refused.value.read()


def test_nothing_that_traces_is_loaded_while_it_is_off(tmp_path: Path) -> None:
    """In a process of its own, as a worker starts."""
    code = (
        "import portal.celery, django; django.setup(); from portal import telemetry; telemetry._start_worker();"
        "import sys; parts = ('opentelemetry.exporter', 'opentelemetry.instrumentation');"
        "print([name for name in sys.modules if name.startswith(parts)])"
    )
    environment = os.environ | {"ATRIUM_VAR": str(tmp_path), "OTEL_EXPORTER_OTLP_ENDPOINT": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.split("\n")[0] == "[]"
