"""The set-based statements by which a schema's staged facts become assets. Each speaks of one schema.

Parameters: %(schema)s, %(source)s, %(run)s, %(now)s, %(name)s (of the schema), %(schemas)s (the schema in a list).
What differs is written once, as queries for notes; `into_history` stores them as having happened. changesets/plan.py
stores the same notes of a whole source as a plan.
A change is breaking when a reader of the old shape may fail: an asset or column that went, a column whose type changed.
"""

from collections.abc import Iterable
from datetime import datetime

from catalog.assets.visibility import LABELS_SQL

Facts = dict[str, int | str | datetime | list[int] | list[str] | None]
"""The parameters of statements."""

# Whoever makes a domain or source private waits for us and then relabels our new rows too, or we wait and read it.
LOCKS = (
    "SELECT FROM sources_source WHERE id = %(source)s FOR SHARE",
    "SELECT FROM assets_schema WHERE id = %(schema)s FOR NO KEY UPDATE",
    """SELECT FROM assets_domain WHERE id = (SELECT domain_id FROM assets_schema WHERE id = %(schema)s)
        FOR SHARE""",
)

DIFF = """
    CREATE TEMP TABLE harvest_diff ON COMMIT DROP AS
    SELECT staged.*, COALESCE(asset.id, nextval(pg_get_serial_sequence('assets_asset', 'id'))) AS asset_id,
        CASE WHEN asset.id IS NULL THEN 'added' WHEN asset.gone_at IS NOT NULL THEN 'returned'
             WHEN asset.fingerprint <> staged.fingerprint THEN 'changed' ELSE 'unchanged' END AS state
    FROM harvest_staged_relations AS staged
    LEFT JOIN assets_asset AS asset ON asset.schema_id = %(schema)s AND asset.name = staged.name
    WHERE staged.schema_name = %(name)s
"""
DIFF_INDEX = "CREATE INDEX ON harvest_diff (relation) WHERE state <> 'unchanged'"
DIFF_ANALYZE = "ANALYZE harvest_diff"

_BASE = "harvest_diff AS diff"
_TOUCHED = "diff.state <> 'unchanged'"
_ALTERED = "diff.state IN ('changed', 'returned')"

INSERT_ASSETS = f"""
    INSERT INTO assets_asset (id, source_id, schema_id, domain_id, has_own_domain, name, path, kind, comment,
        definition, properties, fingerprint, column_count, labels, certification, certification_note, row_estimate,
        size_bytes, write_count, history_from, history_to, written_at, first_seen_at, changed_at)
    SELECT asset.id, source.id, schema.id, schema.domain_id, false, diff.name,
        source.slug || '.' || schema.name || '.' || diff.name, diff.kind, detail.comment, detail.definition,
        detail.properties, COALESCE(diff.fingerprint, ''), 0, ({LABELS_SQL})::varchar(30)[], 'none', '',
        diff.row_estimate, diff.size_bytes, diff.write_count, diff.history_from, diff.history_to, NULL, %(now)s, %(now)s
    FROM {_BASE}
    JOIN harvest_staged_details AS detail ON detail.relation = diff.relation
    JOIN assets_schema AS schema ON schema.id = %(schema)s
    JOIN sources_source AS source ON source.id = schema.source_id
    LEFT JOIN assets_domain AS domain ON domain.id = schema.domain_id
    CROSS JOIN LATERAL (SELECT diff.asset_id AS id) AS asset
    WHERE diff.state = 'added'
"""  # noqa: S608 - composed of our own constants, as all below

NOTED = "asset_id, kind, part, name, before, after, is_breaking"


def into_history(notes: str) -> str:
    """Return the statement that stores notes as schema history."""
    return f"""
        INSERT INTO assets_schemachange (asset_id, run, kind, part, name, before, after, is_breaking, seen_at)
        SELECT asset_id, %(run)s, kind, part, name, before, after, is_breaking, %(now)s
        FROM ({notes}) AS note ({NOTED})
    """  # noqa: S608 - composed of our own constants, as all here


NEW_ASSETS = f"""
    SELECT diff.asset_id, diff.state, 'asset', diff.name, NULL::jsonb, jsonb_build_object('kind', diff.kind), false
    FROM {_BASE} WHERE diff.state IN ('added', 'returned')
"""  # noqa: S608

ALTERED_ASSETS = f"""
    SELECT asset.id, 'changed', 'asset', asset.name,
        jsonb_build_object('kind', asset.kind, 'comment', asset.comment, 'definition', asset.definition,
            'properties', asset.properties),
        jsonb_build_object('kind', diff.kind, 'comment', detail.comment, 'definition', detail.definition,
            'properties', detail.properties),
        false
    FROM {_BASE}
    JOIN harvest_staged_details AS detail ON detail.relation = diff.relation
    JOIN assets_asset AS asset ON asset.id = diff.asset_id
    WHERE {_ALTERED}
        AND (asset.kind, asset.comment, asset.definition, asset.properties)
            IS DISTINCT FROM (diff.kind, detail.comment, detail.definition, detail.properties)
"""  # noqa: S608

# Schemas whose assets are not staged must not be among %(schemas)s.
GONE_ASSETS = """
    SELECT asset.id, 'removed', 'asset', asset.name, jsonb_build_object('kind', asset.kind), NULL::jsonb, true
    FROM assets_asset AS asset
    WHERE asset.schema_id = ANY(%(schemas)s) AND asset.gone_at IS NULL
        AND NOT EXISTS (SELECT FROM harvest_diff AS diff WHERE diff.asset_id = asset.id)
"""

UPDATE_ASSETS = f"""
    UPDATE assets_asset AS asset SET kind = diff.kind, comment = detail.comment, definition = detail.definition,
        properties = detail.properties, fingerprint = COALESCE(diff.fingerprint, ''), changed_at = %(now)s,
        gone_at = NULL
    FROM {_BASE}
    JOIN harvest_staged_details AS detail ON detail.relation = diff.relation
    WHERE {_ALTERED} AND asset.id = diff.asset_id
"""  # noqa: S608

COUNT_COLUMNS = f"""
    UPDATE assets_asset AS asset SET column_count = counted.number
    FROM (SELECT diff.asset_id, count(part.name) AS number
          FROM {_BASE} LEFT JOIN harvest_staged_columns AS part ON part.relation = diff.relation
          WHERE {_TOUCHED} GROUP BY diff.asset_id) AS counted
    WHERE asset.id = counted.asset_id AND asset.column_count <> counted.number
"""  # noqa: S608

# Row estimates, sizes and histories follow at once; `written_at` is the first harvest that saw another write count than
# before. What the vitals of otherwise unchanged assets were goes into the journal, a row a schema. Search, which finds
# assets by the length of their history, is told when that has changed by more than a month.
UPDATE_VITALS = f"""
    WITH stale AS (
        SELECT asset.id, diff.state, asset.row_estimate, asset.size_bytes, asset.write_count, asset.written_at,
            asset.history_from, asset.history_to, diff.row_estimate AS rows_now, diff.size_bytes AS bytes_now,
            diff.write_count AS writes_now, diff.history_from AS from_now, diff.history_to AS to_now
        FROM {_BASE} JOIN assets_asset AS asset ON asset.id = diff.asset_id
        WHERE (asset.row_estimate, asset.size_bytes, asset.write_count, asset.history_from, asset.history_to)
            IS DISTINCT FROM
            (diff.row_estimate, diff.size_bytes, diff.write_count, diff.history_from, diff.history_to)
    ), told AS (
        INSERT INTO kit_outboxmessage (topic, key, payload, created_at, available_at, attempts, last_error)
        SELECT 'asset.changed', id, '{{}}', now(), now(), 0, '' FROM stale
        WHERE state = 'unchanged' AND ((history_to - history_from IS NULL) <> (to_now - from_now IS NULL)
            OR abs((history_to - history_from) - (to_now - from_now)) > 30)
    ), kept AS (
        INSERT INTO harvest_schemabefore (run_id, schema_name, was_there, comment, fingerprint, gone_at, vitals)
        SELECT %(run)s, schema.name, true, schema.comment, schema.fingerprint, schema.gone_at, old.vitals
        FROM assets_schema AS schema CROSS JOIN (
            SELECT jsonb_agg(jsonb_build_array(id, row_estimate, size_bytes, write_count, written_at,
                history_from, history_to)) AS vitals
            FROM stale WHERE state = 'unchanged' HAVING count(*) > 0) AS old
        WHERE schema.id = %(schema)s
        ON CONFLICT (run_id, schema_name) DO UPDATE SET vitals = EXCLUDED.vitals
    )
    UPDATE assets_asset AS asset SET row_estimate = rows_now, size_bytes = bytes_now, write_count = writes_now,
        history_from = from_now, history_to = to_now,
        written_at = CASE WHEN asset.write_count <> writes_now THEN %(now)s ELSE asset.written_at END
    FROM stale WHERE asset.id = stale.id
"""  # noqa: S608

TOMBSTONE = """
    UPDATE assets_asset AS asset SET gone_at = %(now)s
    WHERE asset.schema_id = %(schema)s AND asset.gone_at IS NULL
        AND NOT EXISTS (SELECT FROM harvest_diff AS diff WHERE diff.asset_id = asset.id)
"""
MARK_SCHEMA = """
    UPDATE assets_schema AS schema SET harvested_at = %(now)s, fingerprint = COALESCE(
        (SELECT staged.fingerprint FROM harvest_staged_schemas AS staged WHERE staged.name = %(name)s), '')
    WHERE id = %(schema)s
"""
TELL = """
    INSERT INTO kit_outboxmessage (topic, key, payload, created_at, available_at, attempts, last_error)
    SELECT 'asset.changed', asset_id, '{}', now(), now(), 0, ''
    FROM (SELECT asset_id FROM harvest_diff WHERE state <> 'unchanged'
          UNION SELECT asset_id FROM assets_schemachange
                WHERE run = %(run)s AND kind = 'removed' AND part = 'asset'
                    AND asset_id IN (SELECT id FROM assets_asset WHERE schema_id = %(schema)s)) AS changed
"""


_QUOTE = '"'


def _tuple(row: str, names: Iterable[str]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


class Fact:
    """A kind of rows that hang on an asset and are known by their name: columns, keys, indexes."""

    def __init__(self, part: str, table: str, staged: str, facts: dict[str, str], breaking: str = "false") -> None:
        self.part, self.table, self.staged, self.facts, self.breaking = part, table, staged, facts, breaking
        # A position shifts when a neighbour goes: kept, but no change worth telling.
        self.told = {name: source for name, source in facts.items() if name != "position"}

    def _object(self, row: str, *, stored: bool) -> str:
        pairs = (f"'{name.strip(_QUOTE)}', {row}.{name if stored else source}" for name, source in self.told.items())
        return f"jsonb_build_object({', '.join(pairs)})"

    def statements(self) -> list[str]:
        """Return: note the differences of altered assets, remove what went, write what is new or different."""
        return [into_history(self.differences()), self._remove(), self._write()]

    def differences(self) -> str:
        """Return the query for notes of what differs in altered assets."""
        differs = f"({_tuple('old', self.told)}) IS DISTINCT FROM ({_tuple('new', self.told.values())})"
        return f"""
            SELECT COALESCE(old.asset_id, new.asset_id),
                CASE WHEN old.name IS NULL THEN 'added' WHEN new.name IS NULL THEN 'removed' ELSE 'changed' END,
                '{self.part}', COALESCE(old.name, new.name),
                CASE WHEN old.name IS NOT NULL THEN {self._object("old", stored=True)} END,
                CASE WHEN new.name IS NOT NULL THEN {self._object("new", stored=False)} END,
                {self.breaking}
            FROM (SELECT fact.* FROM {self.table} AS fact
                  JOIN {_BASE} ON diff.asset_id = fact.asset_id WHERE {_ALTERED}) AS old
            FULL JOIN (SELECT diff.asset_id, staged.* FROM {self.staged} AS staged
                       JOIN {_BASE} ON diff.relation = staged.relation WHERE {_ALTERED}) AS new
                ON new.asset_id = old.asset_id AND new.name = old.name
            WHERE old.name IS NULL OR new.name IS NULL OR {differs}
        """  # noqa: S608

    def _remove(self) -> str:
        return f"""
            DELETE FROM {self.table} AS fact USING {_BASE}
            WHERE diff.asset_id = fact.asset_id AND {_ALTERED} AND NOT EXISTS (
                SELECT FROM {self.staged} AS staged WHERE staged.relation = diff.relation AND staged.name = fact.name)
        """  # noqa: S608

    def _write(self) -> str:
        names = ", ".join(self.facts)
        updates = ", ".join(f"{name} = EXCLUDED.{name}" for name in self.facts)
        return f"""
            INSERT INTO {self.table} AS old (asset_id, name, {names})
            SELECT diff.asset_id, staged.name, {_tuple("staged", self.facts.values())}
            FROM {_BASE} JOIN {self.staged} AS staged ON staged.relation = diff.relation WHERE {_TOUCHED}
            ON CONFLICT (asset_id, name) DO UPDATE SET {updates}
            WHERE ({_tuple("old", self.facts)}) IS DISTINCT FROM ({_tuple("EXCLUDED", self.facts)})
        """  # noqa: S608


COLUMNS = Fact(
    "column",
    "assets_column",
    "harvest_typed_columns",
    {
        "position": "position",
        "data_type": "data_type",
        "logical_type": "logical_type",
        "is_nullable": "is_nullable",
        '"default"': "initial",
        "is_generated": "is_generated",
        "comment": "comment",
    },
    "old.name IS NOT NULL AND (new.name IS NULL OR old.data_type <> new.data_type)",
)
KEYS = Fact(
    "key",
    "assets_key",
    "harvest_staged_keys",
    {name: name for name in ("kind", "columns", "target_schema", "target_name", "target_columns", "definition")},
)
INDEXES = Fact(
    "index",
    "assets_index",
    "harvest_staged_indexes",
    {name: name for name in ("is_unique", "columns", "definition")},
)
