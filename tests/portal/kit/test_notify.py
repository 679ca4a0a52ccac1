"""Notifications come once, and are one's own."""

import pytest

from access.people.models import User
from portal.kit.models import Notification
from portal.kit.notify import mark_read, notify, unread

pytestmark = pytest.mark.django_db


def _tell(*people: User, key: str = "k") -> None:
    notify([person.pk for person in people], kind="test", key=key, text="News", url="/")


def test_same_news_arrives_once(analyst: User) -> None:
    _tell(analyst)
    _tell(analyst)
    assert (Notification.objects.count(), unread(analyst)) == (1, 1)


def test_marking_reaches_only_ones_own(analyst: User, steward: User) -> None:
    _tell(analyst, steward)
    theirs = Notification.objects.get(recipient=steward)
    assert mark_read(analyst, [theirs.pk]) == 0
    assert (unread(analyst), unread(steward)) == (1, 1)
    assert mark_read(analyst) == 1
    assert (unread(analyst), unread(steward)) == (0, 1)


def test_read_news_is_not_read_twice(analyst: User) -> None:
    _tell(analyst)
    mark_read(analyst)
    first = Notification.objects.get().read_at
    assert mark_read(analyst) == 0
    assert Notification.objects.get().read_at == first
