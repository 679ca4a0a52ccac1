"""Reading the ledger."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from governance.audit.models import Event


@dataclass(frozen=True)
class Filter:
    """What somebody looks for; days are in the present time zone and both included."""

    actor: int | None = None
    person: str = ""
    verb: str = ""
    object_type: str = ""
    object_id: str = ""
    request: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""

    @property
    def active(self) -> dict[str, object]:
        """Return what is set, by name."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in values if value not in (None, "")}


def events(wanted: Filter) -> QuerySet[Event]:
    """Return the matching events, newest first. For those who may view the log."""
    found = Event.objects.all()
    exact = {
        "actor_id": wanted.actor, "object_type": wanted.object_type, "object_id": wanted.object_id,
        "request_id": wanted.request,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in exact.items() if value not in (None, "")})
    if wanted.verb:
        is_room = wanted.verb.endswith(".")
        found = found.filter(verb__startswith=wanted.verb) if is_room else found.filter(verb=wanted.verb)
    if wanted.person:
        found = found.filter(actor_name__icontains=wanted.person)
    if wanted.text:
        found = found.filter(Q(object_name__icontains=wanted.text) | Q(reason__icontains=wanted.text))
    if wanted.since:
        found = found.filter(occurred_at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(occurred_at__lt=_midnight(wanted.until + timedelta(days=1)))
    return found


def events_about(obj: models.Model) -> QuerySet[Event]:
    """Return what happened to an object, newest first. For callers who have checked that it may be seen."""
    return Event.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))


def same_request(event: Event) -> QuerySet[Event]:
    """Return what else was done by the same request; the hour around it is enough to look through."""
    if not event.request_id:
        return Event.objects.none()
    around = (event.occurred_at - timedelta(hours=1), event.occurred_at + timedelta(hours=1))
    alike = Event.objects.filter(request_id=event.request_id, occurred_at__range=around)
    return alike.exclude(pk=event.pk)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
