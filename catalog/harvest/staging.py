"""Staging: what a source holds now, copied into temporary tables of our database session.

Blocks go from one COPY to the other unread, so memory is the same for ten tables and for a million.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import connection

from catalog.harvest import measures
from catalog.harvest.connectors import Part, Reading
from catalog.harvest.connectors.contract import DETAIL_PARTS

Check = Callable[[], None]
"""Called between blocks; raises when the work shall stop."""
Logical = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives the logical types of types as an engine writes them."""

TABLES = {
    Part.SCHEMAS: "name text, comment text, fingerprint text",
    Part.RELATIONS: """relation bigint, schema_name text, name text, kind text, fingerprint text,
        row_estimate bigint, size_bytes bigint, write_count bigint, history_from date, history_to date""",
    Part.DETAILS: "relation bigint, comment text, definition text, properties jsonb",
    Part.COLUMNS: """relation bigint, position int, name text, data_type text, base_type text, is_nullable boolean,
        initial text, is_generated boolean, comment text""",
    Part.KEYS: """relation bigint, kind text, name text, columns varchar[], target_schema text, target_name text,
        target_columns varchar[], definition text""",
    Part.INDEXES: "relation bigint, name text, is_unique boolean, columns varchar[], definition text",
}


TYPES = "harvest_staged_types"
TYPED_COLUMNS = "harvest_typed_columns"


def name_of(part: Part) -> str:
    """Return the name of a part's staging table."""
    return f"harvest_staged_{part}"


def prepare() -> None:
    """Make the staging tables anew."""
    discard()
    with connection.cursor() as cursor:
        for part, columns in TABLES.items():
            cursor.execute(f"CREATE TEMP TABLE {name_of(part)} ({columns})")
        cursor.execute(f"CREATE TEMP TABLE {TYPES} (base_type text PRIMARY KEY, logical_type text)")
        cursor.execute(_TYPED_COLUMNS)


def discard() -> None:
    """Drop the staging tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP VIEW IF EXISTS pg_temp.{TYPED_COLUMNS}")
        for name in (*(name_of(part) for part in TABLES), TYPES):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")


_TYPED_COLUMNS = f"""
    CREATE TEMP VIEW {TYPED_COLUMNS} AS
    SELECT part.*, COALESCE(known.logical_type, 'unknown') AS logical_type
    FROM {name_of(Part.COLUMNS)} AS part LEFT JOIN {TYPES} AS known ON known.base_type = part.base_type
"""  # noqa: S608 - composed of our own constants


def load_overview(reading: Reading, check: Check) -> None:
    """Copy the schemas and the relations with their fingerprints."""
    for part in (Part.SCHEMAS, Part.RELATIONS):
        _copy(part, reading.overview(part), check)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX ON {name_of(Part.RELATIONS)} (schema_name, name)")
        cursor.execute(f"ANALYZE {name_of(Part.RELATIONS)}")


def load_details(reading: Reading, relations: list[int], check: Check, logical: Logical) -> None:
    """Copy everything about these relations; `logical` gives the logical types of types as the source writes them."""
    if not relations:
        return
    for part in DETAIL_PARTS:
        _copy(part, reading.details(part, relations), check)
    with connection.cursor() as cursor:
        for part in DETAIL_PARTS:
            cursor.execute(f"CREATE INDEX ON {name_of(part)} (relation)")
            cursor.execute(f"ANALYZE {name_of(part)}")
        cursor.execute(f"SELECT DISTINCT base_type FROM {name_of(Part.COLUMNS)} WHERE base_type IS NOT NULL")  # noqa: S608
        known = logical([row[0] for row in cursor.fetchall()])
        cursor.execute(
            f"INSERT INTO {TYPES} SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING",  # noqa: S608
            [list(known), list(known.values())],
        )


def _copy(part: Part, blocks: Iterable[bytes], check: Check) -> None:
    """Errors of the source come as DomainErrors from `blocks`; errors of our database are Django's as anywhere."""
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(f"COPY {name_of(part)} FROM STDIN") as stream:
            for block in blocks:
                check()
                stream.write(block)
        measures.staged(part, cursor.rowcount)


_CHANGED_RELATIONS = f"""
    SELECT staged.schema_name, staged.relation
    FROM {name_of(Part.RELATIONS)} AS staged
    LEFT JOIN assets_schema AS schema ON schema.source_id = %s AND schema.name = staged.schema_name
    LEFT JOIN assets_asset AS asset ON asset.schema_id = schema.id AND asset.name = staged.name
    WHERE staged.schema_name <> ALL (%s)
        AND (asset.id IS NULL OR asset.gone_at IS NOT NULL OR asset.fingerprint <> staged.fingerprint)
"""  # noqa: S608 - composed of our own constants


def changed_relations(source_id: int, done: list[str]) -> dict[str, list[int]]:
    """Return the source's ids of relations that are new or differ from ours, by schema, those `done` left out."""
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED_RELATIONS, [source_id, done])
        for schema, relation in cursor.fetchall():
            found.setdefault(schema, []).append(relation)
    return found


def untouched_schemas(source_id: int) -> list[str]:
    """Return the names of schemas whose own fingerprint says that nothing in them has changed, and that list nothing.

    What is listed all the same, without fingerprints, is applied for its vitals.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNTOUCHED_SCHEMAS, [source_id])
        return [row[0] for row in cursor.fetchall()]


_UNTOUCHED_SCHEMAS = f"""
    SELECT staged.name FROM {name_of(Part.SCHEMAS)} AS staged
    JOIN assets_schema AS schema ON schema.source_id = %s AND schema.name = staged.name AND schema.gone_at IS NULL
    WHERE staged.fingerprint <> '' AND staged.fingerprint = schema.fingerprint
        AND NOT EXISTS (SELECT FROM {name_of(Part.RELATIONS)} AS listed WHERE listed.schema_name = staged.name)
"""  # noqa: S608


def schema_names() -> list[str]:
    """Return the names of the schemas that the source has."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {name_of(Part.SCHEMAS)} ORDER BY name")  # noqa: S608
        return [row[0] for row in cursor.fetchall()]
