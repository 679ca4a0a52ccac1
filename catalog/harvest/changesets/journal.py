"""The journal: what assets and schemas were before a run touched them, so that the run can be undone exactly.

Only what the schema history does not already hold is kept: an asset that was added or removed as a whole is told there,
and its columns are untouched; what was changed or came back is kept with all its parts. A first harvest writes nothing.
"""

from datetime import timedelta

from django.db import connection, transaction

from catalog.harvest.models import Before, Run, SchemaBefore
from portal.kit import clock

KEPT_RUNS = 10
KEPT_FOR = timedelta(days=30)

FIELDS = (
    *("kind", "comment", "definition", "properties", "fingerprint", "column_count"),
    *("row_estimate", "size_bytes", "write_count", "written_at", "history_from", "history_to", "changed_at", "gone_at"),
)
PARTS = {"columns": "assets_column", "keys": "assets_key", "indexes": "assets_index"}


def _all_of(table: str) -> str:
    return f"""COALESCE((SELECT jsonb_agg(to_jsonb(part) - 'asset_id' ORDER BY part.id) FROM {table} AS part
        WHERE part.asset_id = asset.id), '[]'::jsonb)"""  # noqa: S608 - composed of our own constants, as all here


# Run in the transaction that applies a schema, beside its `harvest_diff`.
KEEP_ALTERED = f"""
    INSERT INTO harvest_before (run_id, asset_id, state, facts, {", ".join(PARTS)})
    SELECT %(run)s, asset.id, diff.state, to_jsonb(facts), {", ".join(map(_all_of, PARTS.values()))}
    FROM harvest_diff AS diff
    JOIN assets_asset AS asset ON asset.id = diff.asset_id
    CROSS JOIN LATERAL (SELECT {", ".join(f"asset.{field}" for field in FIELDS)}) AS facts
    WHERE diff.state IN ('changed', 'returned')
    ON CONFLICT (run_id, asset_id) DO NOTHING
"""  # noqa: S608

# What a schema was wins over what a resumed run finds, hence DO NOTHING.
_KEEP_SCHEMAS = """
    INSERT INTO harvest_schemabefore (run_id, schema_name, was_there, comment, fingerprint, gone_at, vitals)
    SELECT %(run)s, staged.name, schema.id IS NOT NULL, COALESCE(schema.comment, ''), COALESCE(schema.fingerprint, ''),
        schema.gone_at, '[]'::jsonb
    FROM harvest_staged_schemas AS staged
    LEFT JOIN assets_schema AS schema ON schema.source_id = %(source)s AND schema.name = staged.name
    WHERE schema.id IS NULL OR schema.gone_at IS NOT NULL OR schema.comment <> staged.comment
        OR schema.fingerprint <> COALESCE(staged.fingerprint, '')
    UNION ALL
    SELECT %(run)s, schema.name, true, schema.comment, schema.fingerprint, NULL::timestamptz, '[]'::jsonb
    FROM assets_schema AS schema
    WHERE schema.id = ANY(%(gone)s)
    ON CONFLICT (run_id, schema_name) DO NOTHING
"""


def open_for(run: Run, gone: list[int]) -> None:
    """Keep what the schemas are that the run will touch, those that are gone (by id) included."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_KEEP_SCHEMAS, {"run": run.pk, "source": run.source_id, "gone": gone})
        Run.objects.filter(pk=run.pk, has_journal=False).update(has_journal=True)


def close_for(run: Run) -> None:
    """Keep the journal of a run that changed something, and of its source only the newest, for a limited time."""
    if not (run.added or run.changed or run.removed):
        _forget([run.pk])
    kept = Run.objects.filter(source=run.source_id, has_journal=True, job__created_at__gte=clock.now() - KEPT_FOR)
    newest = list(kept.order_by("-pk").values_list("pk", flat=True)[:KEPT_RUNS])
    old = Run.objects.filter(source=run.source_id, has_journal=True).exclude(pk__in=newest)
    _forget(list(old.values_list("pk", flat=True)))


@transaction.atomic
def _forget(runs: list[int]) -> None:
    if runs:
        Before.objects.filter(run__in=runs).delete()
        SchemaBefore.objects.filter(run__in=runs).delete()
        Run.objects.filter(pk__in=runs).update(has_journal=False)
