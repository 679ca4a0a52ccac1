"""What people did with an asset, as the ledger tells it."""

from django.db.models import QuerySet

from catalog.assets.models import Asset
from governance.audit.models import Event
from governance.audit.queries import events_about


def activity_of(asset: Asset, *, with_access: bool) -> QuerySet[Event]:
    """Return the events about an asset, newest first; who was admitted is told to those who decide about it."""
    events = events_about(asset)
    return events if with_access else events.exclude(verb__startswith="access.")
