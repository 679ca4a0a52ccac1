"""Who starts, stops and repeats harvests; never two of one source at a time."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from access.people.models import User
from catalog.harvest import actions, tasks
from catalog.harvest.models import Run
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.kit import jobs
from portal.kit.errors import Conflict, NotAllowed
from portal.kit.models import JobRun, JobState
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


def test_failure_is_told_to_who_asked(engineer: User, signed_in: Callable[[User], object]) -> None:
    source: Source = make_source("Gone", password_encrypted="")
    run = actions.start(source, by=engineer)
    tasks.run_harvest(run.job_id)
    run.job.refresh_from_db()
    assert run.job.state == "failed"
    told = engineer.notifications.get()
    assert told.text == f"The harvest of Gone failed: {run.job.error_message}"
    assert told.url == f"/harvest/runs/{run.pk}/"
