"""What people look at: popular, recently seen, followed."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet

from catalog.assets.models import Asset, Visit
from portal.kit import clock
from portal.kit.people import Person

POPULAR_WITHIN = timedelta(days=30)
COUNTED_AT_MOST = 10_000
_SHOWN = ("id", "name", "path", "kind", "certification")


def popular(person: Person, limit: int = 6) -> list[tuple[Asset, int]]:
    """Return the visible assets that most people opened in the last 30 days, with their number.

    Counted over the newest visits, unless they tell too little to somebody who sees few.
    """
    since = clock.now() - POPULAR_WITHIN
    ends = Visit.objects.filter(last_at__gte=since).order_by("-last_at").values_list("last_at", flat=True)
    newest: datetime | None = ends[COUNTED_AT_MOST : COUNTED_AT_MOST + 1].first()
    rows = _popular(person, newest or since, limit)
    if newest and len(rows) < limit:
        rows = _popular(person, since, limit)
    return [(Asset(**{field: row[f"asset__{field}"] for field in _SHOWN}), row["people"]) for row in rows]


def _popular(person: Person, since: datetime, limit: int) -> list[dict[str, Any]]:
    visits = Visit.objects.filter(last_at__gte=since, asset__in=Asset.objects.visible_to(person).present())
    counted: QuerySet[Any] = (
        visits.order_by()
        .values(*(f"asset__{field}" for field in _SHOWN))
        .annotate(people=Count("pk"), last=Max("last_at"))
    )
    return list(counted.order_by("-people", "-last", "asset__path")[:limit])


def recently_seen(person: Person, limit: int = 6) -> list[Visit]:
    """Return the person's last visits to assets that they may still see, newest first."""
    visits = Visit.objects.filter(person=person.pk, asset__in=Asset.objects.visible_to(person))
    return list(visits.select_related("asset__schema").defer("asset__definition").order_by("-last_at")[:limit])


def followed(person: Person) -> QuerySet[Asset]:
    """Return the visible assets that the person follows."""
    return Asset.objects.visible_to(person).filter(follows__person=person.pk)


def readers_of(asset: Asset) -> int:
    """Return how many people opened an asset in the last 30 days."""
    return Visit.objects.filter(asset=asset, last_at__gte=clock.now() - POPULAR_WITHIN).count()
