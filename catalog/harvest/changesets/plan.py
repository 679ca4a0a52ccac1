"""What a run would do, as rows to read: the notes of changes.py over the whole source, stored instead of applied."""

from dataclasses import dataclass

from django.db import connection, transaction

from catalog.assets.models import Schema
from catalog.harvest import changes, staging
from catalog.harvest.models import PlannedChange, Run, SchemaResult


@dataclass(frozen=True)
class Extent:
    """What of the source the staged facts speak of: ids of schemas to compare, and of those that are gone."""

    compared: list[int]
    gone: list[int]
    left_out: list[str]


# Relations that would be new have no id yet: they go by negative numbers, so that no number of ours is used up.
_DIFF = """
    CREATE TEMP TABLE harvest_diff ON COMMIT DROP AS
    SELECT staged.*, COALESCE(asset.id, -row_number() OVER ()) AS asset_id,
        CASE WHEN asset.id IS NULL THEN 'added' WHEN asset.gone_at IS NOT NULL THEN 'returned'
             WHEN asset.fingerprint <> staged.fingerprint THEN 'changed' ELSE 'unchanged' END AS state
    FROM harvest_staged_relations AS staged
    LEFT JOIN assets_schema AS schema ON schema.source_id = %(source)s AND schema.name = staged.schema_name
    LEFT JOIN assets_asset AS asset ON asset.schema_id = schema.id AND asset.name = staged.name
    WHERE staged.schema_name <> ALL (%(left_out)s)
"""


def _into_plan(notes: str) -> str:
    return f"""
        INSERT INTO harvest_plannedchange (run_id, asset_id, schema_name, asset_name, kind, part, name, before, after,
            is_breaking)
        SELECT %(run)s, asset.id, COALESCE(schema.name, diff.schema_name), COALESCE(asset.name, diff.name),
            note.kind, note.part, note.name, note.before, note.after, note.is_breaking
        FROM ({notes}) AS note ({changes.NOTED})
        LEFT JOIN assets_asset AS asset ON asset.id = note.asset_id
        LEFT JOIN assets_schema AS schema ON schema.id = asset.schema_id
        LEFT JOIN harvest_diff AS diff ON diff.asset_id = note.asset_id
    """  # noqa: S608 - composed of our own constants


_NOTES = (
    changes.NEW_ASSETS,
    changes.ALTERED_ASSETS,
    *(fact.differences() for fact in (changes.COLUMNS, changes.KEYS, changes.INDEXES)),
    changes.GONE_ASSETS,
)


def extent_of(run: Run) -> Extent:
    """Return what the staged facts speak of; schemas that the run has applied or that are untouched are left out."""
    staged = staging.schema_names()
    applied = run.schemas.filter(state=SchemaResult.State.APPLIED).values_list("schema_name", flat=True)
    left_out = [*applied, *staging.untouched_schemas(run.source_id)]
    known = Schema.objects.filter(source=run.source_id).exclude(name__in=left_out)
    if run.only_schemas is not None:
        known = known.filter(name__in=run.only_schemas)
    gone = known.filter(gone_at=None).exclude(name__in=staged)
    compared = known.filter(name__in=staged)
    return Extent([*compared.values_list("pk", flat=True)], [*gone.values_list("pk", flat=True)], left_out)


@transaction.atomic
def store(run: Run, extent: Extent) -> dict[str, int]:
    """Store what the run would change, instead of what it stored before; return the numbers of assets by kind."""
    facts: changes.Facts = {
        "run": run.pk,
        "source": run.source_id,
        "left_out": extent.left_out,
        "schemas": [*extent.compared, *extent.gone],
    }
    PlannedChange.objects.filter(run=run).delete()
    with connection.cursor() as cursor:
        for statement in (_DIFF, changes.DIFF_INDEX, changes.DIFF_ANALYZE, *map(_into_plan, _NOTES)):
            cursor.execute(statement, facts)
        cursor.execute(_NUMBERS, [run.pk])
        return dict(cursor.fetchall())


_NUMBERS = """
    SELECT CASE WHEN told.kinds && '{added,returned}' THEN 'added' WHEN told.kinds && '{removed}' THEN 'removed'
        ELSE 'changed' END AS kind, count(*)
    FROM (SELECT array_agg(CASE WHEN part = 'asset' THEN kind END) AS kinds FROM harvest_plannedchange
          WHERE run_id = %s GROUP BY schema_name, asset_name) AS told
    GROUP BY 1
"""
