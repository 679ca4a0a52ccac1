"""The outbox: with the change or not at all, once, and a bad message holds nobody up."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from access.people.models import User
from portal.kit import outbox
from portal.kit.dead_letters import actions
from portal.kit.errors import Invalid
from portal.kit.models import DeadLetter, Notification, OutboxMessage

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
    assert (left.key, left.attempts, left.last_error) == ("bad", 1, "ValueError: bad key")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What a handler of the slow topic `slow` has got at each call; the key `bad` makes it fail."""
    calls: list[list[str]] = []

    def handle(messages: list[OutboxMessage]) -> None:
        calls.append([message.key for message in messages])
        if calls[-1] == ["bad"]:
            raise ValueError("bad key")

    monkeypatch.setitem(outbox._handlers, "slow", handle)
    monkeypatch.setattr(outbox, "_slow", {"slow"})
    return calls


def test_slow_topics_are_delivered_apart_and_one_by_one(delivered: list[str], slow: list[list[str]]) -> None:
    outbox.put("slow", ["a", "b"])
    outbox.put("test", ["quick"])
    assert outbox.deliver() == 1
    assert (delivered, slow) == (["quick"], [])
    assert outbox.deliver_slow() == 2
    assert slow == [["a"], ["b"]]


def test_a_failure_ends_the_round_of_slow_topics(slow: list[list[str]]) -> None:
    outbox.put("slow", ["bad", "b"])
    assert outbox.deliver_slow() == 0
    assert slow == [["bad"]]
    assert outbox.deliver_slow() == 1
    assert list(OutboxMessage.objects.values_list("key", "attempts")) == [("bad", 1)]


def test_one_worker_at_a_time_delivers_slow_topics(slow: list[list[str]]) -> None:
    outbox.put("slow", ["a"])
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [outbox._ONE_AT_A_TIME])
        assert outbox.deliver_slow() == 0
    finally:
        other.close()
    assert outbox.deliver_slow() == 1


def _give_up() -> None:
    """Deliver until nothing is left."""
    for _ in range(8):
        OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
        outbox.deliver()
    assert not OutboxMessage.objects.exists()


def test_failed_message_waits_longer_each_time(delivered: list[str]) -> None:
    outbox.put("test", ["bad"])
    pauses = []
    for _ in range(7):
        OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
        outbox.deliver()
        pauses.append((OutboxMessage.objects.get().available_at - timezone.now()).total_seconds())
    assert pauses == sorted(pauses)
    assert not DeadLetter.objects.exists()


def test_given_up_message_becomes_a_letter_that_is_replayed(
    delivered: list[str], engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.put("test", ["bad"], {"why": 1})
    _give_up()
    letter = DeadLetter.objects.get()
    assert (letter.topic, letter.subject, letter.error_code) == ("outbox", "test bad", "ValueError")
    assert letter.payload == {"topic": "test", "key": "bad", "payload": {"why": 1}}
    outbox.put("test", ["bad"], {"why": 1})
    _give_up()
    assert DeadLetter.objects.get().attempts == 2

    monkeypatch.setitem(outbox._handlers, "test", lambda messages: delivered.extend(one.key for one in messages))
    actions.replay(letter, by=engineer, reason="Mended")
    outbox.deliver()
    assert delivered == ["bad"]


@pytest.mark.parametrize(
    "payload",
    [
        {"topic": "test", "key": "a"},
        {"topic": "nobody's", "key": "a", "payload": {}},
        {"topic": "test", "key": 1, "payload": {}},
        {"topic": "test", "key": "a", "payload": []},
    ],
)
def test_edited_message_is_one_that_can_be_sent(
    payload: dict[str, object], delivered: list[str], engineer: User
) -> None:
    outbox.put("test", ["bad"])
    _give_up()
    letter = DeadLetter.objects.get()
    with pytest.raises(Invalid):
        actions.edit(letter, by=engineer, payload=payload, reason="Try")
    actions.edit(letter, by=engineer, payload={"topic": "test", "key": "good", "payload": {}}, reason="Mended")
    actions.replay(letter, by=engineer, reason="Mended")
    outbox.deliver()
    assert delivered == ["good"]


def test_what_a_failing_handler_wrote_is_undone(monkeypatch: pytest.MonkeyPatch, analyst: object) -> None:
    def half(messages: list[OutboxMessage]) -> None:
        Notification.objects.create(recipient_id=getattr(analyst, "pk"), kind="x", key="x", text="x", url="/")  # noqa: B009
        raise ValueError("after half of it")

    monkeypatch.setitem(outbox._handlers, "test", half)
    outbox.put("test", ["a"])
    outbox.deliver()
    assert not Notification.objects.exists()
    assert OutboxMessage.objects.get().attempts == 1
