"""The transactional outbox: what must follow a change is written with it, and done once after it is committed.

A handler works in the transaction that removes its messages, so its effects on our database happen exactly once;
effects outside must be idempotent. Failures come back with growing pauses; after the last try they become dead letters.

Slow topics, those that talk to a server elsewhere, hold nobody up: they are delivered apart, by one worker at a time,
one message a transaction, until one fails; the next round begins after it.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerDown

from portal.kit import clock, dead_letters
from portal.kit.errors import Invalid
from portal.kit.logs import get_logger
from portal.kit.models import DeadLetter, OutboxMessage
from portal.kit.people import Person

log = get_logger(__name__)
Handler = Callable[[list[OutboxMessage]], None]

_handlers: dict[str, Handler] = {}
_slow: set[str] = set()
_BATCH = 500
_ONE_AT_A_TIME = 7_202_601  # the advisory lock of whoever delivers slow topics
_LAST_TRY = 8
TOPIC = "outbox"
"""Of the dead letters of messages."""


def handles(topic: str, *, is_slow: bool = False) -> Callable[[Handler], Handler]:
    """Register a function that takes a batch of a topic's messages; of a slow topic, one message each time."""

    def register(handler: Handler) -> Handler:
        _handlers[topic] = handler
        (_slow.add if is_slow else _slow.discard)(topic)
        return handler

    return register


def put(topic: str, keys: Iterable[object], payload: dict[str, Any] | None = None) -> None:
    """Write one message a key in the caller's transaction and wake a worker after its commit."""
    put_each(topic, ((str(key), payload or {}) for key in keys))


def put_each(topic: str, messages: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write messages, each a key with its payload, in the caller's transaction and wake a worker after its commit."""
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, key=key, payload=payload) for key, payload in messages], batch_size=1000
    )
    wake(topic)


def wake(topic: str = "") -> None:
    """Ask a worker to deliver after the commit; the schedule does so anyway when the broker is down."""
    task = "kit.deliver_slow_outbox" if topic in _slow else "kit.deliver_outbox"
    transaction.on_commit(lambda: _wake(task))


def _wake(task: str) -> None:
    try:
        current_app.send_task(task)
    except BrokerDown:
        log.warning("broker_down", task=task)


def deliver() -> int:
    """Deliver everything that is due, a batch a transaction. Return the number of messages done."""
    done = 0
    while batch := _deliver_batch():
        done += batch
    return done


def deliver_slow() -> int:
    """Deliver what is due of slow topics until one fails or another worker is at it. Return the number done."""
    done = 0
    while _deliver_slow_one():
        done += 1
    return done


def given_up(topic: str) -> int:
    """Return how many messages of a topic wait as dead letters for somebody's decision."""
    return DeadLetter.objects.filter(topic=TOPIC, state=DeadLetter.State.OPEN, payload__topic=topic).count()


def _deliver_batch() -> int:
    with transaction.atomic():
        due = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(available_at__lte=clock.now())
            .exclude(topic__in=_slow)
            .order_by("id")[:_BATCH]
        )
        by_topic: dict[str, list[OutboxMessage]] = defaultdict(list)
        for message in due:
            by_topic[message.topic].append(message)
        for topic, messages in by_topic.items():
            _hand_over(topic, messages)
    return len(due)


def _deliver_slow_one() -> bool:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
            is_mine = cursor.fetchone()[0]
        due = OutboxMessage.objects.filter(topic__in=_slow, available_at__lte=clock.now()).order_by("id")
        message = due.select_for_update(skip_locked=True).first() if is_mine else None
        return message is not None and _hand_over(message.topic, [message])


def _hand_over(topic: str, messages: list[OutboxMessage]) -> bool:
    """Return whether all of them were done at once."""
    ids = [message.pk for message in messages]
    try:
        with transaction.atomic():
            _handlers[topic](messages)
            OutboxMessage.objects.filter(pk__in=ids).delete()
        return True
    except Exception as error:  # noqa: BLE001 - the edge of a job: kept with its reason and tried again
        if len(messages) > 1:  # one bad message must not hold up its neighbours
            for message in messages:
                _hand_over(topic, [message])
        else:
            _postpone(messages[0], error)
        return False


def _postpone(message: OutboxMessage, error: Exception) -> None:
    log.error("outbox_failed", topic=message.topic, key=message.key, exc_info=error)
    tries = message.attempts + 1
    if tries >= _LAST_TRY:
        _give_up(message, error)
        return
    OutboxMessage.objects.filter(pk=message.pk).update(
        attempts=tries,
        available_at=clock.now() + timedelta(seconds=2**tries),
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


def _give_up(message: OutboxMessage, error: Exception) -> None:
    """In the transaction of the batch. The same message given up again adds to its letter."""
    payload = {"topic": message.topic, "key": message.key, "payload": message.payload}
    digest = hashlib.sha256(json.dumps(message.payload, sort_keys=True).encode()).hexdigest()[:16]
    dead_letters.bury(
        TOPIC,
        subject=f"{message.topic} {message.key}",
        key=f"{message.topic} {message.key} {digest}",
        payload=payload,
        error=error,
    )
    message.delete()


def _checked(payload: dict[str, Any]) -> dict[str, Any]:
    if set(payload) != {"topic", "key", "payload"}:
        raise Invalid("Give topic, key and payload, and nothing else.", field="payload")
    if payload["topic"] not in _handlers:
        raise Invalid("Nothing here handles messages of this topic.", field="payload")
    if not isinstance(payload["key"], str) or not isinstance(payload["payload"], dict):
        raise Invalid("The key is a text, the payload an object.", field="payload")
    return payload


@dead_letters.handles(TOPIC, label="Message of the outbox", checked=_checked)
def _replay(letter: DeadLetter, by: Person) -> None:
    put(letter.payload["topic"], [letter.payload["key"]], letter.payload["payload"])
