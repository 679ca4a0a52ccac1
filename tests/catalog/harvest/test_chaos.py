"""Real processes killed in the middle of a harvest: it goes on, and nothing is doubled or half there."""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.bench.harvest.generator import generate
from tests.catalog.harvest.conftest import Warehouse
from tests.catalog.harvest.house import House, WarehouseServer, wait

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


@pytest.fixture
def far_warehouse(tmp_path: Path) -> Iterator[WarehouseServer]:
    """A warehouse on a server of its own."""
    server = WarehouseServer(tmp_path / "warehouse")
    generate(server.url, 60)
    yield server
    server.close()


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


def test_later_run_of_higher_priority_goes_first(house: House, wide: Warehouse) -> None:
    others = [Warehouse(), Warehouse()]
    try:
        low, lower = (house.ask("start", other.url, priority=9) for other in others)
        high = house.ask("start", wide.url, priority=1)
        house.start_worker()
        for run in (low, lower, high):
            house.await_state(run, "succeeded", "failed")
    finally:
        house.kill_all()
        for other in others:
            other.drop()
    began = """SELECT run.id FROM harvest_run AS run JOIN kit_jobrun AS job ON job.id = run.job_id
        WHERE job.state = 'succeeded' ORDER BY started_at"""
    assert [run for (run,) in house.rows(began)] == [high, low, lower]


def test_waiting_run_survives_a_restart_of_everything(house: House, far_warehouse: WarehouseServer) -> None:
    house.start_worker()
    house.await_workers()
    far_warehouse.kill()
    run = house.ask("start", far_warehouse.url)
    wait(lambda: house.rows("SELECT FROM kit_jobrun WHERE state = 'queued' AND tries > 0") != [], "a try", house.log)
    house.kill_all()
    for service in ("Valkey", "PostgreSQL"):
        house.kill_service(service)
    house.restart_services()
    message = house.rows("SELECT message FROM kit_jobrun")[0][0]
    far_warehouse.restart()
    house.start_worker()
    house.await_state(run, "succeeded", "failed")
    assert (message[:14], house.state(run), house.unfinished()) == ("Tries again at", ("succeeded", ""), [])


# Ten random points


class Killer:
    """Kills a process somewhere in a run and starts it again."""

    victims = ("worker", "schedule", "broker", "database", "warehouse")

    def __init__(self, house: House, warehouse: WarehouseServer, seed: int) -> None:
        self.house, self.warehouse = house, warehouse
        self.chance = random.Random(seed)

    def somewhere_in_a_run(self, length: float) -> tuple[int, float]:
        """Start a run and wait; return it and how long we waited. One that was over before is not counted."""
        while True:
            delay = self.chance.uniform(0, length)
            self.house.empty()
            run = self.house.ask("start", self.warehouse.url, concurrency=2)
            time.sleep(delay)
            if self.house.state(run)[0] in ("queued", "running"):
                return run, delay

    def strike(self, victim: str) -> None:
        """Kill -9, then start again what was killed."""
        house = self.house
        if victim == "worker":
            name = self.chance.choice(("first", "second"))
            house.kill_worker(name)
            house.start_worker(name)
        elif victim == "schedule":
            house.kill_worker("beat")
            house.start_beat()
        elif victim == "warehouse":
            self.warehouse.kill()
            self.warehouse.restart()
        else:
            house.kill_service({"broker": "Valkey", "database": "PostgreSQL"}[victim])
            house.restart_services()


def _timed(house: House, url: str) -> float:
    """Run undisturbed; return how many seconds it took from the order to the end."""
    house.empty()
    house.await_state(house.ask("start", url, concurrency=2), "succeeded", "failed")
    length: float = house.rows("SELECT extract(epoch FROM finished_at - created_at)::float FROM kit_jobrun")[0][0]
    return length


def test_ten_random_kills_leave_the_catalog_of_a_clean_harvest(house: House, far_warehouse: WarehouseServer) -> None:
    seed = int(os.environ.get("CHAOS_SEED") or time.time_ns() % 1_000_000)
    print(f"CHAOS_SEED={seed}")
    killer = Killer(house, far_warehouse, seed)
    for name in ("first", "second"):
        house.start_worker(name)
    house.await_workers()
    length = min(_timed(house, far_warehouse.url) for _ in range(3))
    expected = house.facts()
    assert len(expected["assets"]) == 63
    print(f"undisturbed: {length:.1f} s")

    for number in range(10):
        victim = killer.victims[number % len(killer.victims)]
        run, delay = killer.somewhere_in_a_run(length)
        told = f"seed {seed}: {victim} killed after {delay:.2f} s"
        struck = time.monotonic()
        killer.strike(victim)
        house.await_state(run, "succeeded", "failed", "cancelled")
        print(f"{told}, ended {time.monotonic() - struck:.1f} s later")
        assert (house.state(run), told) == (("succeeded", ""), told)
        assert (house.facts() == expected, told) == (True, told)
        assert (house.unfinished(), told) == ([], told)
