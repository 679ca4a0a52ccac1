"""The outbox: with the change or not at all, once, and a bad message holds nobody up."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.kit import outbox
from portal.kit.models import Notification, OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a handler of the topic `test` has got; the key `bad` makes it fail after it has begun."""
    keys: list[str] = []

    def handle(messages: list[OutboxMessage]) -> None:
        if any(message.key == "bad" for message in messages):
            raise ValueError("bad key")
        keys.extend(message.key for message in messages)

    monkeypatch.setitem(outbox._handlers, "test", handle)
    return keys


def test_message_is_delivered_once_in_order(delivered: list[str]) -> None:
    outbox.put("test", [3, 1, 2])
    assert outbox.deliver() == 3
    assert outbox.deliver() == 0
    assert delivered == ["3", "1", "2"]


def test_message_goes_with_the_change_that_is_undone(delivered: list[str]) -> None:
    with transaction.atomic():
        outbox.put("test", ["a"])
        transaction.set_rollback(True)
    assert outbox.deliver() == 0
    assert delivered == []


def test_bad_message_does_not_hold_up_its_neighbours(delivered: list[str]) -> None:
    outbox.put("test", ["a", "bad", "b"])
    outbox.deliver()
    assert delivered == ["a", "b"]
    left = OutboxMessage.objects.get()
    assert (left.key, left.attempts, left.last_error, left.is_dead) == ("bad", 1, "ValueError: bad key", False)


def test_failed_message_waits_longer_each_time_and_is_kept_as_dead_at_last(delivered: list[str]) -> None:
    outbox.put("test", ["bad"])
    pauses = []
    for _ in range(8):
        OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
        outbox.deliver()
        pauses.append((OutboxMessage.objects.get().available_at - timezone.now()).total_seconds())
    assert pauses == sorted(pauses)
    assert OutboxMessage.objects.get().is_dead
    OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
    assert outbox.deliver() == 0


def test_what_a_failing_handler_wrote_is_undone(monkeypatch: pytest.MonkeyPatch, analyst: object) -> None:
    def half(messages: list[OutboxMessage]) -> None:
        Notification.objects.create(recipient_id=getattr(analyst, "pk"), kind="x", key="x", text="x", url="/")  # noqa: B009
        raise ValueError("after half of it")

    monkeypatch.setitem(outbox._handlers, "test", half)
    outbox.put("test", ["a"])
    outbox.deliver()
    assert not Notification.objects.exists()
    assert OutboxMessage.objects.get().attempts == 1
