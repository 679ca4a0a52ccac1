"""Deleting for good what has been gone from its source for longer than the source keeps it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from catalog.assets.models import Asset, Schema
from catalog.harvest.changesets import removing
from catalog.harvest.models import Run
from catalog.sources.models import Source
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock, outbox
from portal.kit.models import UNFINISHED

PURGED = register("harvest.purged", "deleted {assets} assets and {schemas} schemas that were long gone from {object}")

Guard = Callable[[list[int]], Iterable[int]]
before_purge: list[Guard] = []
"""Called in the transaction with ids of assets about to be deleted; gives back those that must stay (a legal hold)."""

_BATCH = 500


def purge_gone() -> int:
    """Purge every source that has a limit; return how many assets were deleted.

    A source that is being harvested or undone at the time is left for the next time.
    """
    sources = Source.objects.filter(keep_gone_days__isnull=False)
    idle = sources.exclude(runs__job__state__in=UNFINISHED)
    return sum(_purge(source) for source in idle)


def _purge(source: Source) -> int:
    before = clock.now() - timedelta(days=source.keep_gone_days or 0)
    assets, last = 0, 0
    while batch := _next_batch(source, before, last):
        assets += _purge_batch(source, batch)
        last = batch[-1]
    schemas = _purge_schemas(source, before)
    if assets or schemas:
        record(PURGED, by=None, obj=source, details={"assets": assets, "schemas": schemas, "gone_before": str(before)})
    return assets


def _next_batch(source: Source, before: datetime, last: int) -> list[int]:
    gone = Asset.objects.filter(source=source, gone_at__lt=before, pk__gt=last).order_by("pk")
    return list(gone.values_list("pk", flat=True)[:_BATCH])


@transaction.atomic
def _purge_batch(source: Source, ids: list[int]) -> int:
    """Under the source's lock, so that no harvest brings back what is being deleted."""
    Source.objects.select_for_update(of=("self",), no_key=True).get(pk=source.pk)
    if Run.objects.filter(source=source, job__state__in=UNFINISHED).exists():
        return 0
    still_gone = Asset.objects.filter(pk__in=ids, gone_at__isnull=False)
    wanted = list(still_gone.values_list("pk", flat=True))
    kept = {pk for guard in before_purge for pk in guard(wanted)}
    going = [pk for pk in wanted if pk not in kept]
    outbox.put("asset.changed", going)
    return removing.delete_assets(going)


@transaction.atomic
def _purge_schemas(source: Source, before: datetime) -> int:
    gone = Schema.objects.filter(source=source, gone_at__lt=before, assets=None)
    return gone.delete()[1].get("assets.Schema", 0)
