"""Planning, holding, approving and undoing at a real warehouse."""

from collections.abc import Callable

import pytest
from django.db import connection

from access.people.models import User
from catalog.harvest.changesets import actions, undoing
from catalog.harvest.models import Run
from catalog.harvest.process import harvest
from catalog.sources.models import Source
from portal.kit import jobs
from tests.catalog.harvest.conftest import Warehouse

FACT_TABLES = ("assets_asset", "assets_column", "assets_key", "assets_index", "assets_schema")
Worked = Callable[[Run], Run]


def worked(run: Run) -> Run:
    """Do a queued run in this process as the worker would."""
    with jobs.running(run.job_id) as progress:
        run = Run.objects.select_related("source", "job", "job__requested_by", "about").get(pk=run.pk)
        (undoing.undo if run.kind == Run.Kind.UNDO else harvest)(run, progress)
    return Run.objects.select_related("source", "job", "about").get(pk=run.pk)


@pytest.fixture
def work() -> Worked:
    return worked


def facts() -> dict[str, list[str]]:
    """Return every fact row as text; when a schema was last compared is no fact about it."""
    with connection.cursor() as cursor:
        rows = {}
        for table in FACT_TABLES:
            cursor.execute(f"SELECT (to_jsonb(fact) - 'harvested_at')::text FROM {table} AS fact ORDER BY id")
            rows[table] = [row[0] for row in cursor.fetchall()]
    return rows


def tables(number: int, schema: str = "public") -> list[str]:
    """Return statements that make so many tables."""
    return [f"CREATE TABLE {schema}.t{n} (id int PRIMARY KEY, note_{n} text)" for n in range(number)]


@pytest.fixture
def ten(warehouse: Warehouse, harvest_now: Callable[[Source], Run]) -> Source:
    """A harvested source of ten tables."""
    warehouse.execute(*tables(10))
    source = warehouse.source()
    harvest_now(source)
    return source


def drop(warehouse: Warehouse, *numbers: int) -> None:
    """Drop these of the ten tables."""
    warehouse.execute(*(f"DROP TABLE t{n}" for n in numbers))


def undone(run: Run, by: User) -> Run:
    """Undo a run at once."""
    return worked(actions.undo(run, by=by, reason="It was a mistake."))
