"""Who starts, stops and repeats harvests; never two of one source at a time."""

import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import DataError, connection
from django.utils import timezone
from pytest_django import Settings

from access.people.models import User
from catalog.harvest import actions, tasks
from catalog.harvest.models import Run
from catalog.sources.engines import postgresql as engine
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.kit import jobs
from portal.kit.dead_letters import actions as dead_letters
from portal.kit.dead_letters import bury
from portal.kit.dead_letters.queries import Wanted
from portal.kit.errors import Conflict, Invalid, NotAllowed
from portal.kit.jobs import progress
from portal.kit.models import DeadLetter, JobRun, JobState
from tests.catalog.harvest.conftest import Warehouse
from tests.factories.catalog import make_source

pytestmark = pytest.mark.django_db(transaction=True)


def _end(run: Run, state: JobState = JobState.SUCCEEDED) -> None:
    JobRun.objects.filter(pk=run.job_id).update(state=state)
    run.job.refresh_from_db()


def test_engineer_starts_and_it_is_written_down(engineer: User) -> None:
    source = make_source("Company")
    run = actions.start(source, by=engineer)
    assert (run.job.state, run.job.requested_by_id, run.trigger) == ("queued", engineer.pk, "person")
    event = Event.objects.get(verb="harvest.started")
    assert (event.actor_id, event.object_id, event.details) == (
        engineer.pk,
        str(source.pk),
        {"run": run.pk, "trigger": "person"},
    )


@pytest.mark.parametrize("persona", ["analyst", "steward", "officer", "outsider"])
def test_others_do_not(persona: str, request: pytest.FixtureRequest, engineer: User) -> None:
    person = request.getfixturevalue(persona)
    source = make_source()
    run = actions.start(source, by=engineer)
    events = Event.objects.count()
    for refused in (
        lambda: actions.start(source, by=person),
        lambda: actions.cancel(run, by=person),
        lambda: actions.retry(run, by=person),
    ):
        with pytest.raises(NotAllowed):
            refused()
    run.job.refresh_from_db()
    assert (run.job.state, Run.objects.count(), Event.objects.count()) == ("queued", 1, events)


def test_second_run_waits_for_the_end_of_the_first(engineer: User) -> None:
    source = make_source()
    first = actions.start(source, by=engineer)
    with pytest.raises(Conflict, match="already waiting or running"):
        actions.start(source, by=engineer)
    with pytest.raises(Conflict, match="not finished"):
        actions.retry(first, by=engineer)
    _end(first, JobState.FAILED)
    again = actions.retry(first, by=engineer)
    assert (again.trigger, Run.objects.count()) == ("retry", 2)


def test_two_at_once_start_one(engineer: User) -> None:
    source = make_source()
    gate = threading.Barrier(4)
    answers: list[str] = []

    def ask() -> None:
        gate.wait()
        try:
            actions.start(source, by=engineer)
            answers.append("started")
        except Conflict as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["already_running"] * 3 + ["started"]
    assert Run.objects.count() == 1


def test_source_that_is_off_is_not_harvested(engineer: User) -> None:
    with pytest.raises(Conflict, match="switched off"):
        actions.start(make_source(is_enabled=False), by=engineer)
    assert not Run.objects.exists()


def test_waiting_run_is_cancelled_at_once(engineer: User) -> None:
    run = actions.start(make_source(), by=engineer)
    actions.cancel(run, by=engineer)
    run.job.refresh_from_db()
    assert run.job.state == "cancelled"
    assert Event.objects.filter(verb="harvest.stopped").count() == 1
    with pytest.raises(Conflict):
        actions.cancel(run, by=engineer)
    assert Event.objects.filter(verb="harvest.stopped").count() == 1


def test_schedule_starts_what_is_due_once() -> None:
    now = timezone.now()
    due = make_source(harvest_every_minutes=60, next_harvest_at=now - timedelta(minutes=1))
    make_source(harvest_every_minutes=60, next_harvest_at=now + timedelta(minutes=1))
    make_source(harvest_every_minutes=60, next_harvest_at=now - timedelta(minutes=1), is_enabled=False)
    make_source()

    assert [run.source_id for run in actions.start_due()] == [due.pk]
    assert actions.start_due() == []
    run = Run.objects.get()
    assert (run.trigger, run.job.requested_by) == ("schedule", None)
    due.refresh_from_db()
    assert due.next_harvest_at is not None
    assert due.next_harvest_at > now + timedelta(minutes=59)


def test_schedule_passes_over_a_source_under_way(engineer: User) -> None:
    busy = make_source(harvest_every_minutes=60, next_harvest_at=timezone.now() - timedelta(minutes=1))
    actions.start(busy, by=engineer)
    assert actions.start_due() == []
    assert Run.objects.count() == 1


def test_second_delivery_of_a_message_does_nothing(warehouse: Warehouse, engineer: User) -> None:
    warehouse.execute("CREATE TABLE public.some (id int)")
    run = actions.start(warehouse.source(), by=engineer)
    tasks.run_harvest(run.job_id)
    before = (JobRun.objects.values().get(), Run.objects.values().get())
    tasks.run_harvest(run.job_id)
    assert (JobRun.objects.values().get(), Run.objects.values().get()) == before


def test_run_held_by_another_worker_is_left_to_it(warehouse: Warehouse, engineer: User) -> None:
    run = actions.start(warehouse.source(), by=engineer)
    done: list[str] = []

    def other_worker() -> None:
        tasks.run_harvest(run.job_id)
        done.append(JobRun.objects.get(pk=run.job_id).state)
        connection.close()

    with jobs.running(run.job_id):
        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join()
    assert done == ["running"]
    run.job.refresh_from_db()
    assert (run.job.state, run.job.attempts) == ("succeeded", 1)


def test_failure_is_told_to_who_asked(engineer: User, settings: Settings) -> None:
    settings.JOB_TRIES = 1
    source: Source = make_source("Gone", password_encrypted="")
    run = actions.start(source, by=engineer)
    tasks.run_harvest(run.job_id)
    run.job.refresh_from_db()
    assert run.job.state == "failed"
    told = engineer.notifications.get()
    assert told.text == f"The harvest of Gone failed: {run.job.error_message}"
    assert told.url == f"/harvest/runs/{run.pk}/"


def test_failure_becomes_a_letter_and_its_replay_a_run(
    warehouse: Warehouse, engineer: User, settings: Settings
) -> None:
    settings.JOB_TRIES = 1
    warehouse.execute("CREATE TABLE public.some (id int)")
    source = warehouse.source(database="nowhere")
    for attempts in (1, 2):
        tasks.run_harvest(actions.start(source, by=engineer).job_id)
        letter = DeadLetter.objects.get()
        assert (letter.topic, letter.error_code, letter.attempts) == ("harvest.run", "unknown_database", attempts)
    assert letter.payload == {"source": source.pk, "only_schemas": None}
    assert letter.trace.endswith("Invalid")
    assert str(warehouse.facts["password"]) not in letter.trace

    Source.objects.filter(pk=source.pk).update(database=warehouse.name)
    dead_letters.replay(letter, by=engineer, reason="The name was wrong.")
    run = Run.objects.latest("pk")
    assert (run.trigger, run.only_schemas, run.job.requested_by_id) == ("replay", None, engineer.pk)
    tasks.run_harvest(run.job_id)
    run.refresh_from_db()
    assert (run.job.state, run.outcome) == ("succeeded", "applied")


def test_run_that_loses_its_workers_becomes_a_letter(engineer: User) -> None:
    run = actions.start(make_source(), by=engineer)
    JobRun.objects.filter(pk=run.job_id).update(attempts=5, state=JobState.RUNNING)
    for _ in range(2):  # the second delivery adds nothing
        tasks.run_harvest(run.job_id)
    letter = DeadLetter.objects.get()
    assert (letter.error_code, letter.attempts, JobRun.objects.get().state) == ("worker_lost", 1, "failed")


def test_replay_waits_for_a_run_under_way(engineer: User) -> None:
    source = make_source()
    bury("harvest.run", subject="x", key="x", payload={"source": source.pk, "only_schemas": ["a"]}, error=Conflict("x"))
    letter = DeadLetter.objects.get()
    first = actions.start(source, by=engineer)
    with pytest.raises(Conflict, match="already waiting or running"):
        dead_letters.replay(letter, by=engineer, reason="Now")
    letter.refresh_from_db()
    assert (letter.state, Run.objects.count()) == ("open", 1)
    _end(first)
    dead_letters.replay(letter, by=engineer, reason="Now")
    assert Run.objects.latest("pk").only_schemas == ["a"]


def test_failed_schemas_of_a_source_are_replayed_by_one_run(warehouse: Warehouse, engineer: User) -> None:
    warehouse.execute(*(f"CREATE SCHEMA s{n}; CREATE TABLE s{n}.t (id int)" for n in range(4)))
    source, other = warehouse.source(), make_source()
    for number in range(3):
        payload = {"source": source.pk, "schema": f"s{number}"}
        bury("harvest.schema", subject="x", key=f"{source.pk}:s{number}", payload=payload, error=Conflict("x"))
    bury("harvest.schema", subject="y", key="y", payload={"source": other.pk, "schema": "a"}, error=Conflict("x"))

    tally = dead_letters.replay_all(Wanted(topic="harvest.schema"), by=engineer, reason="The disk is larger.")
    assert (tally.done, tally.refused) == (4, [])
    assert sorted(run.only_schemas or [] for run in Run.objects.all()) == [["a"], ["s0", "s1", "s2"]]
    run = Run.objects.get(source=source)
    tasks.run_harvest(run.job_id)
    assert set(run.schemas.values_list("schema_name", flat=True)) == {"s0", "s1", "s2"}
    bury("harvest.schema", subject="x", key="z", payload={"source": source.pk, "schema": "s3"}, error=Conflict("x"))
    dead_letters.replay(DeadLetter.objects.get(key="z"), by=engineer, reason="This too")
    assert Run.objects.latest("pk").only_schemas == ["s3"]  # not the one that is done


@pytest.mark.parametrize(
    "changed",
    [{"source": 987_654}, {"source": "1"}, {"source": True}, {"only_schemas": []}, {"only_schemas": [1]}, {"more": 1}],
)
def test_edited_run_is_one_that_can_be_done(changed: dict[str, object], engineer: User) -> None:
    payload = {"source": make_source().pk, "only_schemas": None}
    bury("harvest.run", subject="x", key="x", payload=payload, error=Conflict("x"))
    letter = DeadLetter.objects.get()
    with pytest.raises(Invalid):
        dead_letters.edit(letter, by=engineer, payload=payload | changed, reason="Try")
    dead_letters.edit(letter, by=engineer, payload=payload | {"only_schemas": ["sales"]}, reason="Only this")
    letter.refresh_from_db()
    assert letter.payload["only_schemas"] == ["sales"]


def test_later_success_settles_the_letter(warehouse: Warehouse, engineer: User, settings: Settings) -> None:
    source = warehouse.source()
    payload = {"source": source.pk, "only_schemas": None}
    bury("harvest.run", subject="x", key=str(source.pk), payload=payload, error=Conflict("x"))
    run = actions.start(source, by=engineer)
    tasks.run_harvest(run.job_id)
    letter = DeadLetter.objects.get()
    assert (letter.state, letter.reason, letter.decided_by) == ("replayed", f"Run {run.pk} has done it.", None)


# Schedules and priorities


def test_schedule_by_cron_starts_once_for_all_that_was_missed() -> None:
    now = timezone.now()
    due = make_source(harvest_cron="0 * * * *", next_harvest_at=now - timedelta(days=3))
    assert [run.source_id for run in actions.start_due()] == [due.pk]
    due.refresh_from_db()
    assert due.next_harvest_at == now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    _end(Run.objects.get())
    assert actions.start_due() == []


def test_schedule_without_a_next_time_gets_one() -> None:
    source = make_source(harvest_cron="0 6 * * *", next_harvest_at=None)
    off = make_source(harvest_cron="0 6 * * *", next_harvest_at=None, is_enabled=False)
    assert actions.start_due() == []
    source.refresh_from_db()
    off.refresh_from_db()
    assert source.next_harvest_at is not None
    assert (source.next_harvest_at > timezone.now(), off.next_harvest_at) == (True, None)


def test_schedule_that_can_not_be_read_any_more_stops_and_harms_no_other() -> None:
    now = timezone.now() - timedelta(minutes=1)
    odd = make_source(harvest_cron="0 6 * * *", harvest_time_zone="Europe/Atlantis", next_harvest_at=now)
    fine = make_source(harvest_cron="0 6 * * *", next_harvest_at=now)
    assert {run.source_id for run in actions.start_due()} == {odd.pk, fine.pk}
    odd.refresh_from_db()
    assert odd.next_harvest_at is None


def test_priority_is_the_sources_and_people_go_before_the_clock(engineer: User) -> None:
    waiting = []
    for priority in Source.Priority:
        by_hand, by_clock = (make_source(priority=priority, harvest_every_minutes=60) for _ in range(2))
        Source.objects.filter(pk=by_clock.pk).update(next_harvest_at=timezone.now())
        waiting += [actions.start(by_hand, by=engineer), *actions.start_due()]
    assert [run.job.priority for run in waiting] == [0, 1, 4, 5, 8, 9]


# What runs at the server


@pytest.fixture
def patient_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source whose statements are not ended by its own bounds, and heartbeats at short intervals."""
    monkeypatch.setattr(engine, "_LOCK_TIMEOUT_S", 600)
    monkeypatch.setattr(progress, "HEARTBEAT_SECONDS", 0.1)


@pytest.mark.usefixtures("patient_source")
@pytest.mark.parametrize("concurrency", [1, 3])
def test_cancel_stops_the_statement_at_the_server(warehouse: Warehouse, engineer: User, concurrency: int) -> None:
    warehouse.execute(*(f"CREATE SCHEMA s{n}; CREATE TABLE s{n}.t (id int)" for n in range(3)))
    run = actions.start(warehouse.source(concurrency=concurrency), by=engineer)
    with psycopg.connect(warehouse.url) as lock, psycopg.connect(warehouse.url, autocommit=True) as server:
        lock.execute("LOCK TABLE pg_attrdef IN ACCESS EXCLUSIVE MODE")
        worker = threading.Thread(target=_work, args=[run])
        worker.start()
        _until(lambda: _sessions(server, warehouse.name, "AND wait_event_type = 'Lock'") == 1)
        actions.cancel(run, by=engineer)
        worker.join(60)  # the lock is still held: without the cancel at the server this would take ten minutes
        assert not worker.is_alive()
        assert _sessions(server, warehouse.name) == 0
    run.job.refresh_from_db()
    assert (run.job.state, run.job.error_code) == ("cancelled", "cancelled")
    assert not run.schemas.exclude(state="applied").exists()
    assert not DeadLetter.objects.exists()


def _work(run: Run) -> None:
    tasks.run_harvest(run.job_id)
    connection.close()


def _sessions(server: psycopg.Connection, database: str, where: str = "") -> int:
    query = f"SELECT FROM pg_stat_activity WHERE datname = %s AND application_name = 'atrium harvest' {where}"
    return len(server.execute(query.encode(), [database]).fetchall())


def _until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    assert any(holds() or pause.wait(0.05) for _ in range(1200))


def test_failure_in_part_is_told_to_who_asked(warehouse: Warehouse, engineer: User) -> None:
    warehouse.execute("CREATE TABLE public.some (id int)")
    run = actions.start(warehouse.source(name="Torn"), by=engineer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("catalog.harvest.participants.apply_schema", _refuse)
        tasks.run_harvest(run.job_id)
    run.refresh_from_db()
    assert (run.job.state, run.outcome) == ("succeeded", "partly")
    told = "The harvest of Torn was applied in part: some of its schemas failed."
    assert engineer.notifications.get().text == told


def _refuse(*_: object, **__: object) -> None:
    raise DataError from psycopg.errors.lookup("22001")()
