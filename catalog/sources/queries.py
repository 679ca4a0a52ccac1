"""Reading sources."""

from datetime import datetime

from django.db.models import Q, QuerySet
from guardian.shortcuts import get_objects_for_user

from catalog.sources.models import Source
from catalog.sources.policies import MANAGE, SEE_ONE
from catalog.sources.secrets import TOOK_OVER
from governance.audit.queries import events_about
from portal.kit.people import Person

_SEES_EVERYTHING = "assets.view_everything"


def visible_sources(person: Person) -> QuerySet[Source]:
    """Return the sources a person may know of: open ones, private ones granted to them, all for those who manage."""
    if not person.is_active:
        return Source.objects.none()
    if person.has_perm(MANAGE) or person.has_perm(_SEES_EVERYTHING):
        return Source.objects.all()
    granted = get_objects_for_user(person, SEE_ONE, klass=Source, accept_global_perms=False, with_superuser=False)
    return Source.objects.filter(Q(is_private=False) | Q(pk__in=granted.values("pk")))


def visible_source(person: Person, source_id: int) -> Source | None:
    """Return a source, or None when there is none that the person may know of."""
    return visible_sources(person).filter(pk=source_id).first()


def took_over_at(source: Source) -> datetime | None:
    """Return when a next password took the present one's place the last time."""
    event = events_about(source).filter(verb=TOOK_OVER.code).order_by("-occurred_at").first()
    return event.occurred_at if event else None
