"""One way of storing in a process of its own: `python -m tests.bench.store.step NAME TABLES POSTMASTER`."""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from simple_history.utils import bulk_create_with_history  # noqa: E402

from catalog.assets.models import Asset, Column, Schema, SchemaChange  # noqa: E402
from catalog.harvest import actions, staging  # noqa: E402
from catalog.harvest.apply import apply_schema, store_schemas  # noqa: E402
from catalog.harvest.models import Run  # noqa: E402
from catalog.harvest.types import logical_types  # noqa: E402
from catalog.sources.models import Source  # noqa: E402
from portal.kit import clock  # noqa: E402
from portal.kit.models import JobRun, JobState  # noqa: E402
from tests.bench.meter import measured, peak_mib  # noqa: E402
from tests.bench.store import facts  # noqa: E402
from tests.bench.store.models import Field, Table  # noqa: E402

Answer = dict[str, Any]


def harvest(tables: int, postmaster: int) -> Answer:
    """The harvest's own statements, fed from memory."""
    source = Source.objects.create(name="Prepared", slug="prepared")
    prepared = facts.Prepared(tables)
    answer = {}
    history = {}
    for phase in ("work", "again"):
        before = SchemaChange._base_manager.count()
        run = actions._start(source, by=None, trigger=Run.Trigger.SCHEDULE)
        with measured(postmaster) as cost:
            _store(run, prepared)
        JobRun.objects.filter(pk=run.job_id).update(state=JobState.SUCCEEDED)
        answer[phase] = cost.plain()
        history[phase] = SchemaChange._base_manager.count() - before
    rows = Asset._base_manager.count() + Column._base_manager.count()
    return answer | {"rows": rows, "history": history}


def _store(run: Run, prepared: facts.Prepared) -> None:
    staging.prepare()
    staging.load_overview(prepared, _go_on)
    changed = [one for some in staging.changed_relations(run.source_id, []).values() for one in some]
    staging.load_details(prepared, changed, _go_on, partial(logical_types, run.source.engine))
    store_schemas(run.source_id)
    for schema in Schema.objects.filter(source=run.source_id):
        apply_schema(run, schema, is_gone=False)
    staging.discard()


def _go_on() -> None:
    """Nobody asks to stop."""


def bulk(tables: int, postmaster: int) -> Answer:
    """As many objects a statement as the library takes."""
    _make_tables()
    with measured(postmaster) as cost, transaction.atomic():
        made = bulk_create_with_history(list(_tables(tables)), Table, batch_size=1000)
        fields = [field for number, table in enumerate(made) for field in _fields(table, number)]
        bulk_create_with_history(fields, Field, batch_size=1000)
    return _told(work=cost.plain(), written={"work": _history()})


def save(tables: int, postmaster: int) -> Answer:
    """Object by object in one transaction, and all of them again."""
    _make_tables()
    objects: list[Table | Field] = []
    with measured(postmaster) as first, transaction.atomic():
        for number, table in enumerate(_tables(tables)):
            table.save()
            objects.append(table)
            for field in _fields(table, number):
                field.save()
                objects.append(field)
    written = _history()
    with measured(postmaster) as again, transaction.atomic():
        for one in objects:
            one.save()
    return _told(work=first.plain(), again=again.plain(), written={"work": written, "again": _history() - written})


def _told(written: dict[str, int], **costs: dict[str, float]) -> Answer:
    return costs | {"rows": Table._default_manager.count() + Field._default_manager.count(), "history": written}


def _history() -> int:
    return int(Table.history.count() + Field.history.count())


def _make_tables() -> None:
    models = (Table, Field, Table.history.model, Field.history.model)
    with connection.schema_editor() as editor:
        for model in reversed(models):
            editor.execute(f'DROP TABLE IF EXISTS "{model._meta.db_table}" CASCADE')
        for model in models:
            editor.create_model(model)


def _tables(number: int) -> Iterator[Table]:
    now = clock.now()
    for one in range(number):
        schema, name = facts.schema_of(one), facts.name_of(one)
        yield Table(
            schema=schema,
            name=name,
            path=f"prepared.{schema}.{name}",
            kind="table",
            comment=facts.comment_of(one),
            fingerprint=facts.fingerprint_of(one),
            row_estimate=100,
            size_bytes=8192,
            first_seen_at=now,
            changed_at=now,
        )


def _fields(table: Table, number: int) -> Iterator[Field]:
    for row in facts.columns_of(number):
        yield Field(
            table=table,
            position=row.position,
            name=row.name,
            data_type=row.data_type,
            logical_type="text",
            is_nullable=row.is_nullable,
            comment=row.comment,
        )


STEPS: dict[str, Callable[[int, int], Answer]] = {"harvest": harvest, "bulk": bulk, "save": save}

if __name__ == "__main__":
    told = STEPS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(told | {"peak_mib": peak_mib()}))
