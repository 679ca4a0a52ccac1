"""The statements that put back what a run has changed.

Parameters: %(undone)s, %(run)s (the undo), %(now)s, %(source)s.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from catalog.assets.models import Schema
from catalog.harvest.changes import Facts
from catalog.harvest.changesets.journal import FIELDS, PARTS
from catalog.harvest.models import Before, Run, SchemaBefore
from portal.kit import clock

_VITALS = ("row_estimate", "size_bytes", "write_count", "written_at", "history_from", "history_to")

_LOCKS = (
    """SELECT FROM assets_schema WHERE source_id = %(source)s ORDER BY name FOR NO KEY UPDATE""",
    """SELECT FROM assets_domain WHERE id IN (SELECT domain_id FROM assets_schema WHERE source_id = %(source)s)
        ORDER BY id FOR SHARE""",
)
_TOUCHED = "SELECT DISTINCT asset_id FROM assets_schemachange WHERE run = %(undone)s"

# A later run that changed no structure may have read newer numbers: those stay.
_IS_LAST = """NOT EXISTS (SELECT FROM harvest_run AS later WHERE later.source_id = %(source)s AND later.id > %(undone)s
    AND later.kind = 'harvest' AND later.outcome IN ('applied', 'partly'))"""


def _fact(field: str) -> str:
    return f"CASE WHEN {_IS_LAST} THEN old.{field} ELSE asset.{field} END" if field in _VITALS else f"old.{field}"


_ASSETS = f"""
    UPDATE assets_asset AS asset SET {", ".join(f"{field} = {_fact(field)}" for field in FIELDS)}
    FROM harvest_before AS kept CROSS JOIN LATERAL jsonb_populate_record(NULL::assets_asset, kept.facts) AS old
    WHERE kept.run_id = %(undone)s AND asset.id = kept.asset_id
"""  # noqa: S608 - composed of our own constants, as all here
_RETURN = """
    UPDATE assets_asset SET gone_at = NULL WHERE id IN (
        SELECT asset_id FROM assets_schemachange WHERE run = %(undone)s AND part = 'asset' AND kind = 'removed')
"""
_VITALS_BACK = f"""
    UPDATE assets_asset AS asset SET row_estimate = (old ->> 1)::bigint, size_bytes = (old ->> 2)::bigint,
        write_count = (old ->> 3)::bigint, written_at = (old ->> 4)::timestamptz,
        history_from = (old ->> 5)::date, history_to = (old ->> 6)::date
    FROM harvest_schemabefore AS kept CROSS JOIN LATERAL jsonb_array_elements(kept.vitals) AS old
    WHERE kept.run_id = %(undone)s AND asset.id = (old ->> 0)::bigint AND {_IS_LAST}
"""  # noqa: S608
_SCHEMAS = """
    UPDATE assets_schema AS schema SET comment = kept.comment, fingerprint = kept.fingerprint, gone_at = kept.gone_at
    FROM harvest_schemabefore AS kept
    WHERE kept.run_id = %(undone)s AND kept.was_there AND schema.source_id = %(source)s
        AND schema.name = kept.schema_name
"""
_INVERSE = """
    INSERT INTO assets_schemachange (asset_id, run, kind, part, name, before, after, is_breaking, seen_at)
    SELECT asset_id, %(run)s, turned.kind, part, name, after, before,
        turned.kind = 'removed' AND part IN ('asset', 'column')
            OR part = 'column' AND turned.kind = 'changed' AND after ->> 'data_type' <> before ->> 'data_type',
        %(now)s
    FROM assets_schemachange AS change CROSS JOIN LATERAL (SELECT CASE
        WHEN change.kind = 'removed' AND part = 'asset' THEN 'returned'
        WHEN change.kind = 'removed' THEN 'added'
        WHEN change.kind IN ('added', 'returned') THEN 'removed'
        ELSE change.kind END AS kind) AS turned
    WHERE run = %(undone)s
    ORDER BY change.id
"""


def _part(field: str, table: str) -> list[str]:
    """Return: remove the rows that were not there, put back those that were, under their old numbers."""
    names = _columns_of(table)
    rows = f"""FROM harvest_before AS kept
        CROSS JOIN LATERAL jsonb_populate_recordset(NULL::{table}, kept.{field}) AS old
        WHERE kept.run_id = %(undone)s"""
    listed = ", ".join(names)
    remove = f"""DELETE FROM {table} AS part USING harvest_before AS gone
        WHERE gone.run_id = %(undone)s AND part.asset_id = gone.asset_id
            AND NOT gone.{field} @> jsonb_build_array(jsonb_build_object('id', part.id))"""  # noqa: S608
    put = f"""INSERT INTO {table} (id, asset_id, {listed})
        SELECT old.id, kept.asset_id, {", ".join(f"old.{name}" for name in names)} {rows}
        ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in names)}"""
    return [remove, put]


def _columns_of(table: str) -> list[str]:
    """Return the quoted columns of a table but its id and asset."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    return [f'"{column.name}"' for column in found if column.name not in ("id", "asset_id")]


def restore(cursor: CursorWrapper, run: Run, undone: Run) -> list[int]:
    """Put back what was changed and removed, and write the history of it; return the ids of all touched assets."""
    facts: Facts = {"undone": undone.pk, "run": run.pk, "now": clock.now(), "source": run.source_id}
    parts = [statement for field, table in PARTS.items() for statement in _part(field, table)]
    for statement in (*_LOCKS, _INVERSE, _ASSETS, *parts, _RETURN, _VITALS_BACK, _SCHEMAS):
        cursor.execute(statement, facts)
    cursor.execute(_TOUCHED, facts)
    return [row[0] for row in cursor.fetchall()]


def mark_gone(run: Run, asset_ids: list[int]) -> None:
    """Mark assets as gone that the undone run had added; their removal is in the history already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assets_asset SET gone_at = %s WHERE id = ANY(%s) AND gone_at IS NULL", [clock.now(), asset_ids]
        )


def remove_new_schemas(undone: Run) -> None:
    """Delete the schemas that the run brought, unless something is in them or somebody gave them a domain."""
    new = SchemaBefore.objects.filter(run=undone, was_there=False).values("schema_name")
    schemas = Schema.objects.filter(source=undone.source_id, name__in=new)
    schemas.filter(assets=None, domain=None).delete()
    schemas.filter(gone_at=None).update(gone_at=clock.now())


def forget_journal(undone: Run) -> None:
    """Drop the journal of a run that is undone."""
    Before.objects.filter(run=undone).delete()
    SchemaBefore.objects.filter(run=undone).delete()
