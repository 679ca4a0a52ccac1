"""What changes without a word: how many people look at an asset, when its data were last written, how far they reach.

A harvest announces no change for figures alone, so these are compared every hour, and written where they differ.
"""

from django.db import transaction

from catalog.search.postgres.documents import POPULARITY
from catalog.search.postgres.indexing import popular_since
from catalog.search.postgres.signals import marks_sql
from catalog.search.postgres.statements import Sql

_BATCH = 2000
# Cheap enough for all assets: no texts are read. Completeness comes with whatever announces itself.
_STALE = f"""
    SELECT document.asset_id
    FROM search_document AS document
    JOIN assets_asset AS asset ON asset.id = document.asset_id
    LEFT JOIN ({POPULARITY.format(which="TRUE")}) AS visits ON visits.asset_id = document.asset_id
    WHERE (document.popularity, document.updated_at) IS DISTINCT FROM
            (COALESCE(visits.people, 0)::int, GREATEST(asset.changed_at, asset.written_at))
        OR document.history_days IS DISTINCT FROM asset.history_to - asset.history_from
    ORDER BY 1
"""  # noqa: S608 - composed of our own constants, as below
_REFRESH = f"""
    WITH held AS MATERIALIZED (
        SELECT asset_id FROM search_document WHERE asset_id = ANY(%(ids)s) ORDER BY asset_id FOR UPDATE
    )
    UPDATE search_document AS document SET popularity = fresh.popularity, updated_at = fresh.updated_at,
        history_days = fresh.history_days, revision = nextval('search_revision'),
        words = ts_delete(document.words, fresh.old) || fresh.marks,
        name_words = ts_delete(document.name_words, fresh.old) || fresh.marks
    FROM (
        SELECT asset.id, COALESCE(visits.people, 0)::int AS popularity,
            GREATEST(asset.changed_at, asset.written_at) AS updated_at,
            asset.history_to - asset.history_from AS history_days,
            {marks_sql("asset.id", "COALESCE(visits.people, 0)")} AS marks,
            tsvector_to_array({marks_sql("asset.id", "known.popularity")}) AS old
        FROM held JOIN search_document AS known ON known.asset_id = held.asset_id
        JOIN assets_asset AS asset ON asset.id = held.asset_id
        LEFT JOIN ({POPULARITY.format(which="visit.asset_id = ANY(%(ids)s)")}) AS visits ON visits.asset_id = asset.id
    ) AS fresh
    WHERE fresh.id = document.asset_id
"""  # noqa: S608


def refresh() -> int:
    """Bring popularity, age and length of history up to date; return how many documents that changed."""
    since = popular_since()
    stale = [row[0] for row in Sql(_STALE).fetch(popular_since=since)]
    written = 0
    for start in range(0, len(stale), _BATCH):
        with transaction.atomic():
            written += Sql(_REFRESH).run(ids=stale[start : start + _BATCH], popular_since=since)
    return written
