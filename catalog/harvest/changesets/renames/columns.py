"""Renamed columns: within an asset that stayed, a column that went and one of the same type that came."""

from catalog.harvest.changesets.renames.scores import ALTERNATIVES, MARGIN, THRESHOLD

_MOST = 8  # an asset that lost or got more columns was rebuilt, not renamed

OFFER = f"""
    WITH gone AS (
        SELECT old.*, kept.asset_id AS of_asset
        FROM harvest_before AS kept
        CROSS JOIN LATERAL jsonb_populate_recordset(NULL::assets_column, kept.columns) AS old
        WHERE kept.run_id = %(run)s AND kept.state = 'changed' AND NOT EXISTS (
            SELECT FROM assets_column AS part WHERE part.asset_id = kept.asset_id AND part.name = old.name)
    ), came AS (
        SELECT part.*
        FROM assets_schemachange AS change
        JOIN assets_column AS part ON part.asset_id = change.asset_id AND part.name = change.name
        WHERE change.run = %(run)s AND change.part = 'column' AND change.kind = 'added'
    ), few AS (
        SELECT of_asset FROM gone GROUP BY of_asset HAVING count(*) <= {_MOST}
        INTERSECT SELECT asset_id FROM came GROUP BY asset_id HAVING count(*) <= {_MOST}
    ), scored AS (
        SELECT gone.of_asset AS asset_id, gone.name AS old_name, came.name AS new_name,
            0.4 + 0.3 * GREATEST(0, 1 - abs(gone.position::int - came.position::int) / 5.0)
                + 0.2 * similarity(gone.name, came.name)
                + 0.1 * ((gone.is_nullable, gone."default") = (came.is_nullable, came."default"))::int
                + CASE WHEN gone.comment = '' OR came.comment = '' THEN 0
                    WHEN gone.comment = came.comment THEN 0.2 ELSE -0.2 END AS score,
            (SELECT jsonb_agg(jsonb_build_array(sign, words)) FROM (VALUES
                ('type', 'The type is the same: ' || came.data_type, true),
                ('position', 'It stands at the same place', gone.position = came.position),
                ('name', 'The names are alike', similarity(gone.name, came.name) > 0.4),
                ('comment', 'The comment is the same', gone.comment = came.comment AND came.comment <> '')
            ) AS found (sign, words, holds) WHERE holds) AS evidence
        FROM few JOIN gone USING (of_asset)
        JOIN came ON came.asset_id = gone.of_asset AND came.data_type = gone.data_type
    ), ranked AS (
        SELECT *, max(score) OVER old AS best_of_old, max(score) OVER new AS best_of_new,
            row_number() OVER (old ORDER BY score DESC, new_name) AS for_old,
            row_number() OVER (new ORDER BY score DESC, old_name) AS for_new
        FROM scored WHERE score >= {THRESHOLD}
        WINDOW old AS (PARTITION BY asset_id, old_name), new AS (PARTITION BY asset_id, new_name)
    )
    INSERT INTO harvest_rename (run_id, old_asset_id, new_asset_id, old_name, new_name, is_column, score, evidence,
        state, carried, created_at)
    SELECT %(run)s, asset_id, asset_id, old_name, new_name, true, LEAST(score, 1), evidence, 'offered', '{{}}', now()
    FROM ranked
    WHERE score >= best_of_old - {MARGIN} AND score >= best_of_new - {MARGIN} AND for_old <= {ALTERNATIVES}
        AND for_new <= {ALTERNATIVES}
    ON CONFLICT (run_id, old_asset_id, old_name, new_name) DO NOTHING
"""  # noqa: S608 - composed of our own constants
"""Parameter: %(run)s."""
