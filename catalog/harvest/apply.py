"""Applying what is staged: one schema a transaction, with its history and its outbox rows, or nothing of it."""

import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F

from catalog.assets.models import Schema
from catalog.harvest import changes, results
from catalog.harvest.changesets import journal
from catalog.harvest.models import Run, SchemaResult
from portal.kit import clock, outbox


@dataclass(frozen=True)
class Counts:
    """Assets of a schema by what happened to them."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


# Only those that differ: ON CONFLICT would lock the rows of all others too.
_STORE_SCHEMAS = """
    INSERT INTO assets_schema (source_id, name, comment, fingerprint)
    SELECT %(source)s, staged.name, staged.comment, '' FROM harvest_staged_schemas AS staged
    LEFT JOIN assets_schema AS known ON known.source_id = %(source)s AND known.name = staged.name
    WHERE known.id IS NULL OR known.comment <> staged.comment OR known.gone_at IS NOT NULL
    ON CONFLICT (source_id, name) DO UPDATE SET comment = EXCLUDED.comment, gone_at = NULL
"""


def store_schemas(source_id: int) -> None:
    """Store the staged schemas; those that went are marked when they are applied."""
    with connection.cursor() as cursor:
        cursor.execute(_STORE_SCHEMAS, {"source": source_id})


def mark_untouched(run: Run, names: list[str]) -> None:
    """Note that these schemas were compared and are as they were."""
    Schema.objects.filter(source_id=run.source_id, name__in=names).update(harvested_at=clock.now())


def schemas_to_apply(run: Run, staged: list[str], untouched: list[str]) -> list[Schema]:
    """Return the schemas that this run has not applied yet: the staged ones that may differ, and those that went."""
    done = [*run.schemas.filter(state=SchemaResult.State.APPLIED).values_list("schema_name", flat=True), *untouched]
    gone = Schema.objects.filter(source_id=run.source_id, gone_at=None).exclude(name__in=staged)
    if run.only_schemas is not None:
        gone = gone.filter(name__in=run.only_schemas)
    here = Schema.objects.filter(source_id=run.source_id, name__in=staged)
    return list((here | gone).exclude(name__in=done).order_by("name"))


def apply_schema(run: Run, schema: Schema, *, is_gone: bool) -> Counts:
    """Bring our picture of a schema in step with the staged one, in one transaction."""
    began = time.perf_counter()
    with transaction.atomic():
        facts: changes.Facts = {
            "schema": schema.pk,
            "schemas": [schema.pk],
            "source": run.source_id,
            "run": run.pk,
            "now": clock.now(),
            "name": schema.name,
        }
        counts = _write(facts)
        if is_gone:
            Schema.objects.filter(pk=schema.pk).update(gone_at=clock.now())
        results.store(run, schema.name, seconds=time.perf_counter() - began, **vars(counts))
        Run.objects.filter(pk=run.pk).update(**{name: F(name) + number for name, number in vars(counts).items()})
        if counts.added or counts.changed or counts.removed:
            outbox.wake()
    return counts


def _write(facts: changes.Facts) -> Counts:
    with connection.cursor() as cursor:
        for statement in (*changes.LOCKS, changes.DIFF, changes.DIFF_INDEX, changes.DIFF_ANALYZE):
            cursor.execute(statement, facts)
        cursor.execute("SELECT state, count(*) FROM harvest_diff GROUP BY state")
        numbers: dict[str, int] = dict(cursor.fetchall())
        if set(numbers) - {"unchanged"}:
            for statement in _structure():
                cursor.execute(statement, facts)
        cursor.execute(changes.UPDATE_VITALS, facts)
        cursor.execute(changes.into_history(changes.GONE_ASSETS), facts)
        removed = cursor.rowcount
        if removed:
            cursor.execute(changes.TOMBSTONE, facts)
        cursor.execute(changes.MARK_SCHEMA, facts)
        cursor.execute(changes.TELL, facts)
    added = numbers.get("added", 0) + numbers.get("returned", 0)
    return Counts(added, numbers.get("changed", 0), removed, numbers.get("unchanged", 0))


def _structure() -> list[str]:
    """Return the statements for new and altered assets; notes and journal come before what they keep is overwritten."""
    return [
        journal.KEEP_ALTERED,
        changes.INSERT_ASSETS,
        changes.into_history(changes.NEW_ASSETS),
        changes.into_history(changes.ALTERED_ASSETS),
        changes.UPDATE_ASSETS,
        *(one for fact in (changes.COLUMNS, changes.KEYS, changes.INDEXES) for one in fact.statements()),
        changes.COUNT_COLUMNS,
    ]
