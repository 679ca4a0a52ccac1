"""How jobs, outbox, failed work and the broker's queues stand now, in a few cheap queries."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from celery import current_app
from django.db.models import Count, Min
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerDown

from portal.kit import clock, metrics
from portal.kit.models import UNFINISHED, DeadLetter, JobRun, JobState, OutboxMessage

_PATIENCE_S = 2


def read() -> Iterator[metrics.Metric]:
    """Read from the database and the broker."""
    yield from _jobs()
    yield from _outbox()
    letters = DeadLetter.objects.filter(state=DeadLetter.State.OPEN).count()
    yield metrics.gauge("atrium_dead_letters", "Work that failed for good and waits for a decision.", [({}, letters)])
    yield from _queues()


def _jobs() -> Iterator[metrics.Metric]:
    found = {
        state: (number, oldest)
        for state, number, oldest in JobRun.objects.filter(state__in=UNFINISHED)
        .values_list("state")
        .annotate(Count("pk"), Min("created_at"))
    }
    numbers = [({"state": state.value}, found.get(state, (0, None))[0]) for state in UNFINISHED]
    yield metrics.gauge("atrium_jobs", "Unfinished jobs by state.", numbers)
    yield metrics.gauge(
        "atrium_jobs_oldest_waiting_seconds",
        "Age of the job that has waited longest for a worker.",
        [({}, _age(found.get(JobState.QUEUED, (0, None))[1]))],
    )


def _outbox() -> Iterator[metrics.Metric]:
    found = OutboxMessage.objects.aggregate(number=Count("pk"), oldest=Min("created_at"))
    numbers: list[tuple[dict[str, str], float]] = [({}, found["number"])]
    yield metrics.gauge("atrium_outbox_messages", "Messages of the outbox that are not delivered.", numbers)
    oldest: list[tuple[dict[str, str], float]] = [({}, _age(found["oldest"]))]
    yield metrics.gauge("atrium_outbox_oldest_seconds", "Age of the oldest message that waits.", oldest)


def _queues() -> Iterator[metrics.Metric]:
    """A broker that is away is a number too, not an error."""
    depths: list[tuple[dict[str, str], float]] = []
    try:
        with current_app.connection_for_read(connect_timeout=_PATIENCE_S) as broker:
            broker.ensure_connection(max_retries=1, timeout=_PATIENCE_S)
            depths = [({"queue": name}, _depth(broker, name)) for name in current_app.amqp.queues]
    except (BrokerDown, OSError):
        yield metrics.gauge("atrium_broker_up", "Whether the broker answers.", [({}, 0)])
        return
    yield metrics.gauge("atrium_broker_up", "Whether the broker answers.", [({}, 1)])
    yield metrics.gauge("atrium_queue_messages", "Messages that wait in the broker.", depths)


def _depth(broker: Connection, queue: str) -> int:
    """The broker knows no queue that is empty."""
    channel: Any = broker.default_channel
    try:
        return int(channel.queue_declare(queue=queue, passive=True).message_count)
    except broker.channel_errors:
        return 0


def _age(moment: datetime | None) -> float:
    return max(0.0, (clock.now() - moment).total_seconds()) if moment else 0.0
