"""Notifications: a line in a person's inbox, at most once a key."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.kit import clock
from portal.kit.models import Notification
from portal.kit.people import Person


@dataclass(frozen=True)
class News:
    """What one person (by user id) is told, and the page that shows it."""

    recipient: int
    text: str
    url: str


def notify(recipients: Iterable[int], *, kind: str, key: str, text: str, url: str) -> None:
    """Tell people (by user id) something once; the caller has checked that each may know it."""
    notify_each([News(pk, text, url) for pk in recipients], kind=kind, key=key)


def notify_each(news: Iterable[News], *, kind: str, key: str) -> None:
    """Tell each person their own, once; the caller has checked that each may know it."""
    Notification.objects.bulk_create(
        [
            Notification(recipient_id=one.recipient, kind=kind, key=key, text=one.text[:300], url=one.url)
            for one in news
        ],
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
