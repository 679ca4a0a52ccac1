"""What people look at: popular, recently seen, followed."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from catalog.assets.models import Asset, Visit
from portal.kit import clock
from portal.kit.people import Person

POPULAR_WITHIN = timedelta(days=30)


def popular(person: Person, limit: int = 6) -> list[tuple[Asset, int]]:
    """Return the visible assets that most people opened in the last 30 days, with their number."""
    visible = Asset.objects.visible_to(person).present()
    lately = Q(visits__last_at__gte=clock.now() - POPULAR_WITHIN)
    counted: QuerySet[Any] = visible.filter(lately).annotate(
        people=Count("visits", filter=lately), last=Max("visits__last_at")
    )
    shown = counted.only("name", "path", "kind", "certification").order_by("-people", "-last", "path")
    return [(asset, asset.people) for asset in shown[:limit]]


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
