"""Writing to the ledger."""

from typing import Any

from django.db import models
from django.db.models import QuerySet

from governance.audit import queries
from governance.audit.models import Event
from governance.audit.policies import may_export
from governance.audit.verbs import Verb, register
from portal.kit import clock, origin
from portal.kit.people import Person
from portal.kit.policies import require

EXPORTED = register("audit.exported", "exported {entries} entries of the audit log as {format}")


def record(
    verb: Verb,
    *,
    by: Person | None,
    obj: models.Model | None = None,
    object_name: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Event:
    """Write one event in the caller's transaction: it stands if and only if the change stands.

    `by=None` is the portal itself. `details` holds what changed (before, after) and never a secret.
    """
    source = origin.current()
    return Event.objects.create(
        occurred_at=clock.now(),
        verb=verb.code,
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else "Atrium",
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        object_name=(object_name or str(obj or ""))[:400],
        reason=reason,
        details=details or {},
        channel=source.channel,
        address=source.address,
        request_id=source.request_id,
    )


def export(wanted: queries.Filter, *, by: Person, form: str) -> QuerySet[Event]:
    """Return the entries to be written out, and write into the log who took which of them, in which form."""
    require(may_export(by))
    found = queries.events(wanted).filter(occurred_at__lte=clock.now())
    given = {name: str(value) for name, value in wanted.active.items()}
    record(EXPORTED, by=by, details={"entries": found.count(), "format": form.upper(), "filter": given})
    return found
