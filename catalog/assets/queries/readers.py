"""What people look at: popular, recently seen, followed."""

from datetime import timedelta

from django.db.models import Count, Max, QuerySet

from catalog.assets.models import Asset, Visit
from catalog.assets.queries.assets import in_lists
from portal.kit import clock
from portal.kit.people import Person

POPULAR_WITHIN = timedelta(days=30)


def popular(person: Person, limit: int = 6) -> list[tuple[Asset, int]]:
    """Return the visible assets that most people opened in the last 30 days, with their number."""
    visible = Asset.objects.visible_to(person).present()
    visits = Visit.objects.filter(last_at__gte=clock.now() - POPULAR_WITHIN, asset__in=visible)
    counted = visits.values("asset_id").annotate(people=Count("pk"), last=Max("last_at")).order_by("-people", "-last")
    people = {row["asset_id"]: row["people"] for row in counted[:limit]}
    assets = in_lists(visible).in_bulk(list(people))
    return [(assets[pk], number) for pk, number in people.items() if pk in assets]


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
