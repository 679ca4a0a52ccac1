"""Holding the index against the catalog, and mending it; and how far it is behind."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from catalog.assets.actions.news import ASSET_CHANGED
from catalog.assets.models import Asset
from catalog.search.backend import IndexState
from catalog.search.models import Document
from catalog.search.postgres import indexing, tallying
from catalog.search.postgres.statements import Sql
from portal.kit import clock, outbox
from portal.kit.models import OutboxMessage

_SLICES = 24
_BATCH = 1000
_SLICE = f"SELECT id FROM assets_asset WHERE gone_at IS NULL AND id %% {_SLICES} = %(slice)s ORDER BY id"  # noqa: S608
_MISSING = """
    SELECT asset.id FROM assets_asset AS asset
    LEFT JOIN search_document AS document ON document.asset_id = asset.id
    WHERE asset.gone_at IS NULL AND document.asset_id IS NULL ORDER BY 1
"""
_SURPLUS = """
    DELETE FROM search_document WHERE asset_id IN (
        SELECT document.asset_id FROM search_document AS document
        LEFT JOIN assets_asset AS asset ON asset.id = document.asset_id AND asset.gone_at IS NULL
        WHERE asset.id IS NULL ORDER BY 1)
"""
_FORGET_COLUMNS = """
    DELETE FROM search_columnname AS known WHERE NOT EXISTS (
        SELECT 1 FROM search_tally AS tally WHERE tally.scope = '*' AND tally.name = known.name AND tally.is_sum)
"""
_FORGET_WORDS = """
    WITH used AS MATERIALIZED (
        SELECT lower(piece.text) AS text
        FROM (SELECT name_key AS text FROM search_document UNION ALL SELECT key FROM search_columnname) AS names,
            string_to_table(names.text, ' ') AS piece (text)
        GROUP BY 1
    )
    DELETE FROM search_word AS known WHERE NOT EXISTS (SELECT 1 FROM used WHERE used.text = known.word)
"""


@dataclass(frozen=True)
class Repaired:
    """What was wrong and is mended."""

    missing: int
    surplus: int
    stale: int
    counts: int


def check() -> Repaired:
    """Mend documents that are missing or too many, those of the hour's part that differ, and the tally."""
    missing = _indexed([row[0] for row in Sql(_MISSING).fetch()])
    surplus = Sql(_SURPLUS).run()
    part = int(clock.now().timestamp() // 3600) % _SLICES
    stale = _indexed([row[0] for row in Sql(_SLICE).fetch(slice=part)])
    return Repaired(missing, surplus, stale, tallying.repair())


def forget_unused_names() -> int:
    """Remove names of columns and words that no document holds; return how many."""
    tallying.compact()
    return Sql(_FORGET_COLUMNS).run() + Sql(_FORGET_WORDS).run()


def state() -> IndexState:
    """Compare the index with the catalog."""
    waiting = OutboxMessage.objects.filter(topic=ASSET_CHANGED).order_by("id")
    present = Asset.objects.present()
    indexed = Document.objects.filter(asset_id=OuterRef("pk"))
    missing = present.filter(~Exists(indexed)).count()
    assets, documents = present.count(), Document.objects.count()
    return IndexState(
        assets=assets,
        documents=documents,
        missing=missing,
        surplus=documents - (assets - missing),
        waiting=waiting.count(),
        failed=outbox.given_up(ASSET_CHANGED),
        waiting_since=waiting.values_list("created_at", flat=True).first(),
    )


def _indexed(ids: list[int]) -> int:
    return sum(indexing.index(ids[start : start + _BATCH]) for start in range(0, len(ids), _BATCH))
