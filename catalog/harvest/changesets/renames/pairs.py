"""Which gone and new assets are worth comparing: those that share something few others have.

Every asset is written as tokens (a column with its type, the shape of all columns, words of its name, …). Only a token
that at most `_MOST` gone and `_MOST` new assets have makes pairs, and only the best `_BEST` pairs of an asset are kept.
So the work grows with the number of columns and never with the product of gone and new assets: thousands of generated
tables of one shape meet by their names or sizes, or not at all.
"""

_MOST = 20
_BEST = 8

_SIDES = """
    CREATE TEMP TABLE rename_side ON COMMIT DROP AS
    SELECT asset.id, change.kind = 'removed' AS is_old, asset.name, schema.name AS schema_name, asset.path,
        asset.kind IN ('view', 'materialized_view') AS is_view, asset.comment, asset.definition, asset.column_count,
        NULLIF(GREATEST(asset.row_estimate, -1), -1) AS row_estimate, asset.size_bytes,
        (SELECT md5(string_agg(part.name || ' ' || part.data_type, ',' ORDER BY part.position))
         FROM assets_column AS part WHERE part.asset_id = asset.id) AS shape,
        (SELECT md5(string_agg(concat_ws(' ', key.kind, key.columns, key.target_schema, key.target_name), ','
            ORDER BY key.kind, key.columns, key.target_name))
         FROM assets_key AS key WHERE key.asset_id = asset.id AND key.kind <> 'check') AS keys
    FROM assets_schemachange AS change
    JOIN assets_asset AS asset ON asset.id = change.asset_id
    JOIN assets_schema AS schema ON schema.id = asset.schema_id
    WHERE change.run = %(run)s AND change.part = 'asset' AND change.kind IN ('removed', 'added')
        AND (asset.gone_at IS NULL) = (change.kind = 'added')
"""
_TOKENS = """
    CREATE TEMP TABLE rename_token ON COMMIT DROP AS
    SELECT side.id, side.is_old, token.is_column, hashtextextended(token.text, side.is_view::int) AS token
    FROM rename_side AS side CROSS JOIN LATERAL (
        SELECT true AS is_column, 'c' || part.name || ' ' || part.data_type AS text
        FROM assets_column AS part WHERE part.asset_id = side.id
        UNION ALL SELECT false, 's' || side.shape
        UNION ALL SELECT false, 'n' || side.name
        UNION ALL SELECT DISTINCT false, 'w' || word
            FROM regexp_split_to_table(lower(side.name), '[^[:alnum:]]+') AS word WHERE length(word) > 2
        UNION ALL SELECT DISTINCT false, 'p' || side.schema_name || ' ' || word
            FROM regexp_split_to_table(lower(side.name), '[^[:alnum:]]+') AS word WHERE word <> ''
        UNION ALL SELECT false, 'd' || side.definition WHERE side.definition <> ''
        UNION ALL SELECT false, 'm' || side.comment WHERE side.comment <> ''
        UNION ALL SELECT false, 'v' || side.row_estimate || ' ' || side.size_bytes WHERE side.row_estimate > 0
    ) AS token
    WHERE token.text IS NOT NULL
"""
_FREQUENCIES = """
    CREATE TEMP TABLE rename_frequency ON COMMIT DROP AS
    SELECT token, count(*) FILTER (WHERE is_old) AS olds, count(*) FILTER (WHERE NOT is_old) AS news
    FROM rename_token GROUP BY token
"""
_PAIRS = f"""
    CREATE TEMP TABLE rename_pair ON COMMIT DROP AS
    SELECT old_id, new_id FROM (
        SELECT old.id AS old_id, new.id AS new_id,
            row_number() OVER (PARTITION BY old.id ORDER BY sum(1.0 / (olds + news)) DESC, new.id) AS for_old,
            row_number() OVER (PARTITION BY new.id ORDER BY sum(1.0 / (olds + news)) DESC, old.id) AS for_new
        FROM rename_frequency AS frequency
        JOIN rename_token AS old ON old.token = frequency.token AND old.is_old
        JOIN rename_token AS new ON new.token = frequency.token AND NOT new.is_old
        WHERE olds BETWEEN 1 AND {_MOST} AND news BETWEEN 1 AND {_MOST}
        GROUP BY old.id, new.id) AS pair
    WHERE for_old <= {_BEST} AND for_new <= {_BEST}
"""  # noqa: S608 - composed of our own constants

STATEMENTS = (
    _SIDES,
    "CREATE INDEX ON rename_side (id)",
    _TOKENS,
    "CREATE INDEX ON rename_token (token)",
    "CREATE INDEX ON rename_token (id)",
    _FREQUENCIES,
    "CREATE INDEX ON rename_frequency (token)",
    "ANALYZE rename_side",
    "ANALYZE rename_token",
    "ANALYZE rename_frequency",
    _PAIRS,
    "ANALYZE rename_pair",
)
"""Parameter: %(run)s."""
