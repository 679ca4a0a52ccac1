"""How much two assets are alike, and the offers that follow. One statement, after those of pairs.py.

Each sign counts with its weight where it can be judged: columns that few others have count more than `id`; few columns
prove little. A pair is offered when it scores enough and is, for both sides, among the best; pairs that score about the
same are offered together as alternatives.
"""

THRESHOLD = 0.6
MARGIN = 0.05
ALTERNATIVES = 3

_COLUMNS, _NAME, _PLACE, _SHAPE, _ROWS, _SIZE, _KEYS, _DEFINITION, _POINTED, _COMMENT = (
    *(0.45, 0.2, 0.1, 0.1, 0.1, 0.05, 0.1, 0.2, 0.1, 0.05),
)
_CLOSE = "(LEAST({0}, {1}) + 1.0) / (GREATEST({0}, {1}) + 1.0)"
_ROWS_CLOSE = _CLOSE.format("old.row_estimate", "new.row_estimate")
_SIZE_CLOSE = _CLOSE.format("old.size_bytes", "new.size_bytes")

_SIGNS = [
    # weight, when it can be judged, how far it holds
    (_COLUMNS, "true", "COALESCE(shared.weight / (old_all.weight + new_all.weight - shared.weight), 0)"),
    (_NAME, "true", "CASE WHEN old.name = new.name THEN 1 ELSE similarity(old.name, new.name) END"),
    (_PLACE, "old.name <> new.name", "(old.schema_name = new.schema_name)::int"),
    (_SHAPE, "true", "(old.shape IS NOT DISTINCT FROM new.shape)::int"),
    (_ROWS, "old.row_estimate IS NOT NULL AND new.row_estimate IS NOT NULL", _ROWS_CLOSE),
    (_SIZE, "old.size_bytes IS NOT NULL AND new.size_bytes IS NOT NULL", _SIZE_CLOSE),
    (_KEYS, "COALESCE(old.keys, new.keys) IS NOT NULL", "(old.keys IS NOT DISTINCT FROM new.keys)::int"),
    (_DEFINITION, "old.definition <> '' AND new.definition <> ''", "(old.definition = new.definition)::int"),
    (_POINTED, "pointed.old_id IS NOT NULL", "1"),
    (_COMMENT, "old.comment <> '' AND new.comment <> ''", "(old.comment = new.comment)::int"),
]
_REACHED = " + ".join(f"{weight} * CASE WHEN {known} THEN {value} ELSE 0 END" for weight, known, value in _SIGNS)
_REACHABLE = " + ".join(f"{weight} * ({known})::int" for weight, known, _ in _SIGNS)

_EVIDENCE = f"""
    SELECT jsonb_agg(jsonb_build_array(sign, words)) FROM (VALUES
        ('columns', 'All ' || old.column_count || ' columns are the same, in the same order',
            old.shape = new.shape AND old.column_count > 1),
        ('columns', shared.number || ' of ' || old.column_count || ' columns have the same name and type',
            old.shape <> new.shape AND shared.number > 0),
        ('name', 'Only the schema differs, the name is the same', old.name = new.name),
        ('name', 'The names are alike', old.name <> new.name AND similarity(old.name, new.name) > 0.4),
        ('keys', 'The keys are the same', old.keys = new.keys),
        ('definition', 'The query is the same', old.definition = new.definition AND old.definition <> ''),
        ('rows', 'About as many rows', old.row_estimate > 0 AND {_ROWS_CLOSE} > 0.9),
        ('size', 'About as large', old.size_bytes > 0 AND {_SIZE_CLOSE} > 0.9),
        ('comment', 'The comment is the same', old.comment = new.comment AND old.comment <> ''),
        ('pointed', 'Foreign keys that pointed to the old one now point to the new one', pointed.old_id IS NOT NULL)
    ) AS found (sign, words, holds) WHERE holds
"""  # noqa: S608 - composed of our own constants, as all here

OFFER = f"""
    WITH weighed AS (
        SELECT token, 1 / (1 + ln(olds + news)) AS weight FROM rename_frequency
    ), whole AS (
        SELECT id, sum(weight) AS weight FROM rename_token JOIN weighed USING (token) WHERE is_column GROUP BY id
    ), shared AS (
        SELECT pair.old_id, pair.new_id, sum(weight) AS weight, count(*) AS number
        FROM rename_pair AS pair
        JOIN rename_token AS old ON old.id = pair.old_id AND old.is_column
        JOIN rename_token AS new ON new.id = pair.new_id AND new.is_column AND new.token = old.token
        JOIN weighed ON weighed.token = old.token
        GROUP BY pair.old_id, pair.new_id
    ), pointed AS (
        SELECT DISTINCT old.id AS old_id, new.id AS new_id
        FROM assets_schemachange AS change
        JOIN rename_side AS old ON old.is_old AND old.schema_name = change.before ->> 'target_schema'
            AND old.name = change.before ->> 'target_name'
        JOIN assets_key AS key ON key.asset_id = change.asset_id AND key.kind = 'foreign'
            AND to_jsonb(key.columns) = change.before -> 'columns'
        JOIN rename_side AS new ON NOT new.is_old AND new.schema_name = key.target_schema
            AND new.name = key.target_name
        WHERE change.run = %(run)s AND change.part = 'key' AND change.kind IN ('changed', 'removed')
    ), scored AS (
        SELECT old.id AS old_id, new.id AS new_id, old.path AS old_name, new.path AS new_name,
            ({_REACHED}) / ({_REACHABLE}) * (1 - 0.4 / GREATEST(old.column_count, 1)) AS score,
            ({_EVIDENCE}) AS evidence
        FROM rename_pair AS pair
        JOIN rename_side AS old ON old.id = pair.old_id
        JOIN rename_side AS new ON new.id = pair.new_id AND new.is_view = old.is_view
        LEFT JOIN shared ON shared.old_id = old.id AND shared.new_id = new.id
        LEFT JOIN whole AS old_all ON old_all.id = old.id
        LEFT JOIN whole AS new_all ON new_all.id = new.id
        LEFT JOIN pointed ON pointed.old_id = old.id AND pointed.new_id = new.id
    ), ranked AS (
        SELECT *, max(score) OVER (PARTITION BY old_id) AS best_of_old, max(score) OVER (PARTITION BY new_id)
            AS best_of_new, row_number() OVER (PARTITION BY old_id ORDER BY score DESC, new_id) AS for_old,
            row_number() OVER (PARTITION BY new_id ORDER BY score DESC, old_id) AS for_new
        FROM scored WHERE score >= {THRESHOLD}
    )
    INSERT INTO harvest_rename (run_id, old_asset_id, new_asset_id, old_name, new_name, is_column, score, evidence,
        state, carried, created_at)
    SELECT %(run)s, old_id, new_id, left(old_name, 700), left(new_name, 700), false, score, COALESCE(evidence, '[]'),
        'offered', '{{}}', now()
    FROM ranked
    WHERE score >= best_of_old - {MARGIN} AND score >= best_of_new - {MARGIN} AND for_old <= {ALTERNATIVES}
        AND for_new <= {ALTERNATIVES}
    ON CONFLICT (run_id, old_asset_id, old_name, new_name) DO NOTHING
"""  # noqa: S608
"""Parameter: %(run)s."""
