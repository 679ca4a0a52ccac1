"""Notifications: a line in a person's inbox, at most once a key."""

from collections.abc import Iterable

from portal.kit import clock
from portal.kit.models import Notification
from portal.kit.people import Person


def notify(recipients: Iterable[int], *, kind: str, key: str, text: str, url: str) -> None:
    """Tell people (by user id) something once; the caller has checked that each may know it."""
    Notification.objects.bulk_create(
        [Notification(recipient_id=pk, kind=kind, key=key, text=text[:300], url=url) for pk in recipients],
        ignore_conflicts=True,
        batch_size=1000,
    )


def unread(person: Person) -> int:
    """Return how many notifications the person has not read."""
    return Notification.objects.filter(recipient_id=person.pk, read_at=None).count()


def mark_read(person: Person, ids: Iterable[int] | None = None) -> int:
    """Mark these, or all, of the person's notifications as read; return how many changed."""
    rows = Notification.objects.filter(recipient_id=person.pk, read_at=None)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=clock.now())
