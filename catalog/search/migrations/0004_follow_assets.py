"""Triggers that keep documents in step with assets, and the tally and the copy's list in step with documents.

They work in the transaction of the change: a count, a facet or a suggestion never tells of an asset after somebody has
lost the right to see it. They work on whole statements, never row by row.
"""

from django.db import migrations

FOLLOW = """
CREATE SEQUENCE search_revision;

CREATE FUNCTION search_follow_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM search_document AS document USING changed AS asset
    WHERE document.asset_id = asset.id AND asset.gone_at IS NOT NULL;
    UPDATE search_document AS document
    SET scope = asset.scope, source_id = asset.source_id, domain_id = asset.domain_id, kind = asset.kind,
        certification = asset.certification, sensitivity = asset.sensitivity, schema_id = asset.schema_id,
        revision = nextval('search_revision')
    FROM changed AS asset
    WHERE document.asset_id = asset.id
        AND (document.scope, document.source_id, document.domain_id, document.kind, document.certification,
             document.sensitivity, document.schema_id)
            IS DISTINCT FROM (asset.scope, asset.source_id, asset.domain_id, asset.kind, asset.certification,
             asset.sensitivity, asset.schema_id);
    RETURN NULL;
END $$;

CREATE TRIGGER search_follow_assets AFTER UPDATE ON assets_asset
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION search_follow_assets();
"""

UNFOLLOW = """
DROP TRIGGER search_follow_assets ON assets_asset;
DROP FUNCTION search_follow_assets();
DROP SEQUENCE search_revision;
"""

# What a statement adds to the tally and takes from it, each once for the scope and once for all.
_TALLY = """
    INSERT INTO search_tally (scope, name, number)
    SELECT place.scope, counted.name, sum(counted.number) FROM ({rows}) AS counted
    CROSS JOIN LATERAL (VALUES (counted.scope), ('*')) AS place (scope)
    GROUP BY 1, 2 HAVING sum(counted.number) <> 0;
"""
_ROWS = """
    SELECT scope, '' AS name, {sign}1 AS number FROM {rows}
    UNION ALL SELECT scope, unnest(column_names), {sign}1 FROM {rows}
"""
_NEW, _OLD = _ROWS.format(rows="fresh", sign=""), _ROWS.format(rows="stale", sign="-")
_NOTE = """
    INSERT INTO search_pending (asset_id, narrows)
    SELECT asset_id, {narrows} FROM {rows} WHERE EXISTS (SELECT 1 FROM search_mirror);
"""
_TRIGGER = """
CREATE FUNCTION search_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {body}
    RETURN NULL;
END $$;
CREATE TRIGGER search_{name} AFTER {event} ON search_document
    REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION search_{name}();
"""

COUNT = (
    _TRIGGER.format(
        name="document_added",
        event="INSERT",
        tables="NEW TABLE AS fresh",
        body=_TALLY.format(rows=_NEW) + _NOTE.format(narrows="false", rows="fresh"),
    )
    + _TRIGGER.format(
        name="document_changed",
        event="UPDATE",
        tables="OLD TABLE AS stale NEW TABLE AS fresh",
        body=_TALLY.format(rows=f"{_NEW} UNION ALL {_OLD}")
        + _NOTE.format(
            narrows="fresh.scope <> stale.scope OR fresh.domain_id IS DISTINCT FROM stale.domain_id",
            rows="fresh JOIN stale USING (asset_id)",
        ),
    )
    + _TRIGGER.format(
        name="document_removed",
        event="DELETE",
        tables="OLD TABLE AS stale",
        body=_TALLY.format(rows=_OLD) + _NOTE.format(narrows="true", rows="stale"),
    )
)

UNCOUNT = "".join(
    f"DROP TRIGGER search_{name} ON search_document; DROP FUNCTION search_{name}();"
    for name in ("document_added", "document_changed", "document_removed")
)

REFILL = """
INSERT INTO kit_outboxmessage (topic, key, payload, attempts, last_error, created_at, available_at)
SELECT 'asset.changed', id::text, '{}', 0, '', now(), now() FROM assets_asset WHERE gone_at IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ("search", "0003_fuller_documents"),
        ("assets", "0005_scope_sensitivity_history"),
        ("kit", "0005_given_up_messages_become_letters"),
    ]

    operations = [
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        migrations.RunSQL(COUNT, UNCOUNT),
        migrations.RunSQL(REFILL, migrations.RunSQL.noop),
    ]
