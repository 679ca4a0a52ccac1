"""Real processes killed in the middle of a harvest: it goes on, and nothing is doubled or half there."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from tests.bench.harvest.generator import generate
from tests.catalog.harvest.conftest import Warehouse
from tests.catalog.harvest.house import House, wait

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engine]

HELD = "schema_5"
BEFORE = ["public", *(f"schema_{number}" for number in range(5))]
ALL = ["public", *(f"schema_{number}" for number in range(10))]


@pytest.fixture
def wide(warehouse: Warehouse) -> Warehouse:
    """Ten schemas of tables, keys, indexes, comments and views."""
    generate(warehouse.url, 100)
    return warehouse


@pytest.fixture
def expected(wide: Warehouse, undisturbed: Callable[[Warehouse], dict[str, list[Any]]]) -> dict[str, list[Any]]:
    """What a harvest that nobody disturbs stores."""
    found = undisturbed(wide)
    assert (len(found["assets"]), len(found["columns"])) == (106, 106 * 20 - 6 * 13)
    return found


def test_killed_worker(house: House, wide: Warehouse, expected: dict[str, list[Any]]) -> None:
    run = house.ask("start", wide.url)
    with house.held_at(run, HELD):
        house.start_worker()
        house.await_waiting()
        house.kill_worker()
        assert house.applied(run) == BEFORE
        assert house.state(run)[0] == "running"
    half = (
        "SELECT count(*) FROM assets_asset JOIN assets_schema AS schema ON schema.id = schema_id WHERE schema.name = %s"
    )
    assert house.rows(half, HELD) == [(0,)]

    house.start_worker()
    house.await_state(run, "succeeded", "failed")

    assert house.state(run) == ("succeeded", "")
    assert house.applied(run) == ALL
    assert house.facts() == expected


def test_killed_postgresql(house: House, wide: Warehouse, expected: dict[str, list[Any]]) -> None:
    run = house.ask("start", wide.url)
    with suppress(psycopg.Error), house.held_at(run, HELD):
        house.start_worker()
        house.await_waiting()
        house.kill_service("PostgreSQL")
    house.restart_services()
    assert set(house.applied(run)) >= set(BEFORE)

    house.await_state(run, "succeeded", "failed")

    assert house.state(run) == ("succeeded", "")
    assert house.applied(run) == ALL
    assert house.facts() == expected


def test_killed_broker(house: House, wide: Warehouse, expected: dict[str, list[Any]]) -> None:
    run = house.ask("start", wide.url)
    with house.held_at(run, HELD):
        house.start_worker()
        house.await_waiting()
        house.kill_service("Valkey")
    house.await_state(run, "succeeded", "failed")
    assert house.state(run) == ("succeeded", "")
    assert house.facts() == expected

    # Asked for while the broker is away: nobody hears it, and it is sent once the broker is back.
    unheard = house.ask("start", wide.url)
    assert house.state(unheard)[0] == "queued"
    house.restart_services()
    house.await_state(unheard, "succeeded", "failed")
    assert house.state(unheard) == ("succeeded", "")
    assert house.facts() == expected


def test_lost_source_is_tried_again(house: House, wide: Warehouse, expected: dict[str, list[Any]]) -> None:
    with psycopg.connect(wide.url) as lock, psycopg.connect(wide.url, autocommit=True) as server:
        lock.execute("LOCK TABLE pg_attrdef IN ACCESS EXCLUSIVE MODE")
        run = house.ask("start", wide.url)
        house.start_worker()
        wait(lambda: _end_readers(server, wide.name), "the reading to begin", house.log)
        tries = "SELECT tries, attempts FROM kit_jobrun"
        wait(lambda: house.rows(tries)[0][0] > 0, "the run to be put off", house.log)
    house.await_state(run, "succeeded", "failed")

    assert house.state(run) == ("succeeded", "")
    assert house.facts() == expected
    lines = [text for (text,) in house.rows("SELECT text FROM kit_jobline ORDER BY id")]
    assert lines[0].startswith(
        "The server ended the connection in the middle of the work. Try again later. Tries again"
    )
    assert lines[1] == "The run is tried again."


def _end_readers(server: psycopg.Connection, database: str) -> bool:
    ended = server.execute(
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = %s AND application_name = 'atrium harvest' AND wait_event_type = 'Lock'""",
        [database],
    ).fetchall()
    return bool(ended)


def test_stopped_run(house: House, wide: Warehouse, expected: dict[str, list[Any]]) -> None:
    run = house.ask("start", wide.url)
    with house.held_at(run, HELD):
        house.start_worker()
        house.await_waiting()
        house.ask("cancel", run)
        beats = house.rows("SELECT heartbeat_at FROM kit_jobrun")
        wait(lambda: house.rows("SELECT heartbeat_at FROM kit_jobrun") != beats, "a heartbeat", house.log)
    house.await_state(run, "cancelled", "succeeded", "failed")

    assert house.state(run) == ("cancelled", "cancelled")
    assert house.applied(run) == [*BEFORE, HELD]
    again = house.ask("retry", run)
    house.await_state(again, "succeeded", "failed")
    assert house.state(again) == ("succeeded", "")
    assert house.facts() == expected
