"""Numbers for Prometheus: who may read them, what they hold, and that processes which end take nothing with them."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from access.people.actions import tokens
from access.people.models import User
from catalog.harvest.models import Run
from portal.kit import clock
from portal.kit.models import DeadLetter, JobRun, JobState, OutboxMessage
from tests.factories.catalog import make_source

URL = "/metrics"
SignIn = Callable[[User], Client]
Numbers = dict[tuple[Any, ...], float]


def _numbers(text: str) -> Numbers:
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _scraped(client: Client) -> Numbers:
    response = client.get(URL)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    return _numbers(response.content.decode())


def test_only_who_may_see_the_system_scrapes(
    client: Client, signed_in: SignIn, analyst: User, engineer: User, admin: User
) -> None:
    assert _scraped(signed_in(engineer))
    assert _scraped(signed_in(admin))
    for refused, status in ((client, 401), (signed_in(analyst), 403)):
        response = refused.get(URL)
        assert response.status_code == status
        assert b"atrium_" not in response.content


def test_token_scrapes_as_its_owner(client: Client, analyst: User, engineer: User) -> None:
    statuses = []
    for person in (engineer, analyst):
        _, secret = tokens.make(by=person, name="prometheus", days=30)
        statuses.append(client.get(URL, headers={"authorization": f"Bearer {secret}"}).status_code)
    assert statuses == [200, 403]
    assert client.get(URL, headers={"authorization": "Bearer atr_made_up"}).status_code == 401


def test_jobs_outbox_and_failed_work_are_told(signed_in: SignIn, engineer: User) -> None:
    now = clock.now()
    jobs = [JobRun.objects.create(kind="harvest", subject="hidden name", task="t") for _ in range(3)]
    JobRun.objects.filter(pk=jobs[0].pk).update(created_at=now - timedelta(hours=1))
    JobRun.objects.filter(pk=jobs[2].pk).update(state=JobState.RUNNING)
    waiting = OutboxMessage.objects.create(topic="t", key="1")
    OutboxMessage.objects.filter(pk=waiting.pk).update(created_at=now - timedelta(minutes=10))
    DeadLetter.objects.create(topic="t", subject="s", key="k", first_failed_at=now, last_failed_at=now)
    found = _scraped(signed_in(engineer))
    assert found["atrium_jobs", ("state", "queued")] == 2
    assert found["atrium_jobs", ("state", "running")] == 1
    assert found["atrium_jobs", ("state", "cancelling")] == 0
    assert 3600 <= found["atrium_jobs_oldest_waiting_seconds",] < 3700
    assert found["atrium_outbox_messages",] == 1
    assert 600 <= found["atrium_outbox_oldest_seconds",] < 700
    assert found["atrium_dead_letters",] == 1
    assert found["atrium_broker_up",] == 1
    assert found["atrium_queue_messages", ("queue", "celery")] >= 0


def test_runs_and_sources_are_told_without_their_names(signed_in: SignIn, engineer: User) -> None:
    failing, fresh = make_source(name="Secret warehouse"), make_source(name="Other")
    make_source(name="Off", is_enabled=False)
    for state in (JobState.SUCCEEDED, JobState.FAILED):
        job = JobRun.objects.create(kind="harvest", subject=failing.name, task="t", state=state)
        Run.objects.create(source=failing, job=job, trigger=Run.Trigger.PERSON)
    job = JobRun.objects.create(kind="harvest", subject=fresh.name, task="t", state=JobState.QUEUED)
    Run.objects.create(source=fresh, job=job, trigger=Run.Trigger.SCHEDULE)
    client = signed_in(engineer)
    found = _scraped(client)
    assert {name: value for name, value in found.items() if name[0] == "atrium_sources"} == {
        ("atrium_sources", ("health", "failed")): 1,
        ("atrium_sources", ("health", "never_harvested")): 1,
        ("atrium_sources", ("health", "off")): 1,
    }
    runs = {dict(name[1:])["state"]: value for name, value in found.items() if name[0] == "atrium_harvest_runs"}
    assert runs == {"succeeded": 1, "failed": 1, "queued": 1}
    assert b"Secret" not in client.get(URL).content


def test_scrape_asks_few_questions_however_much_there_is(signed_in: SignIn, engineer: User) -> None:
    client = signed_in(engineer)
    client.get(URL)
    JobRun.objects.bulk_create(JobRun(kind="k", subject="s", task="t") for _ in range(50))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(URL)
    assert len(queries) <= 12


def test_requests_are_counted_by_view_not_by_path(signed_in: SignIn, engineer: User) -> None:
    client = signed_in(engineer)
    name = ("atrium_request_seconds_count", ("method", "GET"), ("status", "4xx"), ("view", "none"))
    before = _scraped(client).get(name, 0)
    for path in ("/made/up/", "/another/"):
        assert client.get(path).status_code == 404
    after = _scraped(client)
    assert after[name] - before == 2
    assert not [key for key in after if "/made" in repr(key)]


_COUNT = """
import sys
from pathlib import Path
from typing import Any
from portal.kit import metrics
metrics.share(Path(sys.argv[1]))
metrics.TASK_SECONDS.labels("one", "success").observe(2)
if len(sys.argv) > 2:
    print(metrics.exposition([]).decode())
"""


def test_what_ended_processes_counted_stays_and_their_files_do_not(tmp_path: Path) -> None:
    def process(*more: str) -> str:
        command = [sys.executable, "-c", _COUNT, str(tmp_path), *more]
        return subprocess.run(command, env=os.environ, check=True, capture_output=True, text=True).stdout

    for _ in range(3):
        process()
    assert len(list(tmp_path.glob("histogram_*.db"))) == 3
    for number in (4, 5):
        found = _numbers(process("scrape"))
        assert found["atrium_task_seconds_count", ("outcome", "success"), ("task", "one")] == number
        assert found["atrium_task_seconds_sum", ("outcome", "success"), ("task", "one")] == 2 * number
    assert len(list(tmp_path.glob("histogram_*.db"))) == 2  # the ended, and the process that scraped last
