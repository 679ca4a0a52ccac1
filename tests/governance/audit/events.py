"""Events for the tests of the ledger."""

from datetime import datetime
from typing import Any

from governance.audit.models import Event
from portal.kit import clock


def make_event(verb: str = "test.done", *, at: datetime | None = None, **facts: Any) -> Event:
    """Store an event as record() would, at any moment."""
    defaults = {"actor_name": "Enzo Gineer", "object_type": "", "object_id": "", "object_name": "", "channel": "page"}
    return Event.objects.create(verb=verb, occurred_at=at or clock.now(), **defaults | facts)
