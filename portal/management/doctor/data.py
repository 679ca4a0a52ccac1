"""What stands in the database: migrations, search index, outbox and jobs."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min

from catalog.search import queries as search
from catalog.search.elastic import queries as elastic
from portal.kit import clock
from portal.kit.dead_letters.queries import open_letters
from portal.kit.models import UNFINISHED, JobRun, OutboxMessage
from portal.management.doctor.findings import Finding, fail, ok, warn
from portal.management.place import Place

_PREPARE = "python3 manage.py prepare"
_WORKER = "Is the worker running? `python3 manage.py up` starts it; see var/log/worker.log."
_PATIENCE = timedelta(minutes=2)


def migrations(place: Place) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield fail("Migrations", f"{len(plan)} not applied, first {plan[0][0]}.", _PREPARE)
    else:
        yield ok("Migrations", "all applied")


def search_index(place: Place) -> Iterator[Finding]:
    state = search.state()
    if state.is_complete:
        yield ok("Search index", f"{state.documents} assets")
    else:
        behind = f"{state.missing} assets missing, {state.surplus} too many, {state.waiting} changes waiting"
        failed = f", {state.failed} failed" if state.failed else ""
        yield warn("Search index", f"{behind}{failed}.", "The worker catches up; if not: python3 manage.py reindex")


def search_copy(place: Place) -> Iterator[Finding]:
    copy = elastic.state()
    if not copy.is_set_up:
        yield ok("Search engine", "PostgreSQL")
    elif copy.note:
        yield warn("Search engine", copy.note, "It comes back by itself; the page Search index and its log say more.")
    else:
        yield ok("Search engine", f"Elasticsearch, {copy.waiting} changes behind")


def outbox(place: Place) -> Iterator[Finding]:
    waiting = OutboxMessage.objects.all()
    oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    if oldest and clock.now() - oldest > _PATIENCE:
        yield warn("Outbox", f"{waiting.count()} waiting, the oldest since {oldest:%Y-%m-%d %H:%M} UTC.", _WORKER)
    else:
        yield ok("Outbox", f"{waiting.count()} waiting")


def failed_work(place: Place) -> Iterator[Finding]:
    waiting = open_letters()
    if waiting:
        yield warn("Failed work", f"{waiting} dead letters wait for a decision.", "Decide at /dead-letters/.")
    else:
        yield ok("Failed work", "none")


def jobs(place: Place) -> Iterator[Finding]:
    silent_since = clock.now() - max(_PATIENCE, timedelta(seconds=settings.JOB_STALLED_AFTER))
    unfinished = JobRun.objects.filter(state__in=UNFINISHED).exclude(not_before__gt=clock.now())
    stalled = unfinished.exclude(heartbeat_at__gt=silent_since).filter(created_at__lt=silent_since).count()
    if stalled:
        yield warn("Jobs", f"{stalled} without a sign of life for two minutes.", _WORKER)
    else:
        yield ok("Jobs", f"{unfinished.count()} under way")
