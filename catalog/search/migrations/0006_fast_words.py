"""Functions that take texts apart quickly, marks in words, sums in the tally, indexes; documents locked in order."""

from django.db import migrations

# As split_sql() of catalog.search.words says, but that more than one space may stand between words: for to_tsvector().
FUNCTIONS = r"""
CREATE FUNCTION search_split(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF octet_length(given) <> length(given) THEN
        given := regexp_replace(unaccent(given), '[\u007b-\u00a9\u1680\u2000-\u206f\u3000-\u3003]+', ' ', 'g');
    END IF;
    IF given ~ '[A-Z0-9]' THEN
        given := regexp_replace(given,
            '(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})', ' ', 'g');
    END IF;
    RETURN translate(given, E'\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15'
        '\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\x7f', repeat(' ', 63));
END $$;

-- Markdown's marks and links give way to their words; the marks of highlights can't be forged.
CREATE FUNCTION search_plain(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF octet_length(given) <> length(given) THEN
        given := translate(given, E'\uE000\uE001', '');
    END IF;
    IF given ~ '[]*#>`|\s[]' THEN
        given := regexp_replace(regexp_replace(given, '\[([^\]]*)\]\([^)]*\)', '\1', 'g'), '[*#>`|\s]+', ' ', 'g');
    END IF;
    RETURN btrim(given);
END $$;

-- Words by their stem and as they are written.
CREATE FUNCTION search_both(given text, weight "char") RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    RETURN setweight(to_tsvector('english', given) || to_tsvector('simple', given), weight);
END $$;

CREATE AGGREGATE search_concat (tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '');
"""
NO_FUNCTIONS = """
DROP AGGREGATE search_concat (tsvector);
DROP FUNCTION search_both(text, "char");
DROP FUNCTION search_plain(text);
DROP FUNCTION search_split(text);
"""

# Whoever writes several documents takes them in the order of their ids, so that nobody waits for one who waits for him.
FOLLOW = """
CREATE OR REPLACE FUNCTION search_follow_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM search_document AS document JOIN changed AS asset ON asset.id = document.asset_id
    WHERE asset.gone_at IS NOT NULL
        OR (document.scope, document.source_id, document.domain_id, document.kind, document.certification,
            document.sensitivity, document.schema_id)
            IS DISTINCT FROM (asset.scope, asset.source_id, asset.domain_id, asset.kind, asset.certification,
            asset.sensitivity, asset.schema_id)
    ORDER BY document.asset_id FOR UPDATE OF document;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
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
"""
# Nothing is added to the tally by a write that changes no scope and no column. What people look at does so often.
COUNT_CHANGES = """
CREATE OR REPLACE FUNCTION search_document_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_tally (scope, name, number)
    SELECT place.scope, counted.name, sum(counted.number) FROM (
        SELECT row.scope, each.name, row.number
        FROM (
            SELECT fresh.scope, fresh.column_names, 1 AS number FROM fresh JOIN stale USING (asset_id)
            WHERE (fresh.scope, fresh.column_names) IS DISTINCT FROM (stale.scope, stale.column_names)
            UNION ALL
            SELECT stale.scope, stale.column_names, -1 FROM fresh JOIN stale USING (asset_id)
            WHERE (fresh.scope, fresh.column_names) IS DISTINCT FROM (stale.scope, stale.column_names)
        ) AS row CROSS JOIN LATERAL unnest(row.column_names || ''::text) AS each (name)
    ) AS counted
    CROSS JOIN LATERAL (VALUES (counted.scope), ('*')) AS place (scope)
    GROUP BY 1, 2 HAVING sum(counted.number) <> 0;
    INSERT INTO search_pending (asset_id, narrows)
    SELECT asset_id, fresh.scope <> stale.scope OR fresh.domain_id IS DISTINCT FROM stale.domain_id
    FROM fresh JOIN stale USING (asset_id) WHERE EXISTS (SELECT 1 FROM search_mirror);
    RETURN NULL;
END $$;
"""
# Marks for what is indexed already (see signals), and the rest of what is new by the outbox.
MARK = """
ALTER TABLE search_document DISABLE TRIGGER search_document_changed;
UPDATE search_document SET
    words = words || array_to_tsvector(CASE WHEN popularity > 0
        THEN ARRAY['#' || (hashint8(asset_id) & 255), '^' || LEAST(16, floor(log(2, popularity::numeric)) + 1)::int]
        ELSE ARRAY['#' || (hashint8(asset_id) & 255)] END),
    name_words = name_words || array_to_tsvector(CASE WHEN popularity > 0
        THEN ARRAY['#' || (hashint8(asset_id) & 255), '^' || LEAST(16, floor(log(2, popularity::numeric)) + 1)::int]
        ELSE ARRAY['#' || (hashint8(asset_id) & 255)] END);
ALTER TABLE search_document ENABLE TRIGGER search_document_changed;
INSERT INTO kit_outboxmessage (topic, key, payload, attempts, last_error, created_at, available_at)
SELECT 'asset.changed', asset_id::text, '{}', 0, '', now(), now() FROM search_document;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0005_new_matches")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
        migrations.RunSQL(COUNT_CHANGES, migrations.RunSQL.noop),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
