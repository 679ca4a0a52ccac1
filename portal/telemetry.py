"""Watching the processes of the portal: tracing when a collector is named, and what every task says and measures."""

import logging
import time
from contextlib import ExitStack
from importlib import import_module
from typing import Any

import django
import structlog
from celery import Task, signals
from django.conf import settings
from django.db.backends.signals import connection_created

from portal.kit import metrics, tracing
from portal.kit.logs import about, bound, get_logger
from portal.kit.traced_sql import cursor_class

log = get_logger("portal.tasks")
_PLACE, _REQUEST = "traceparent", "atrium_request"  # headers of a message in the broker
_sending: dict[str, tracing.Span] = {}
_at_work: dict[str, tuple[ExitStack, tracing.Span, float]] = {}


def start(service: str) -> None:
    """Begin to watch this process; OpenTelemetry is imported only when OTEL_EXPORTER_OTLP_ENDPOINT is set."""
    logging.captureWarnings(capture=True)
    try:
        metrics.share(settings.METRICS_DIR)
    except OSError as error:
        log.warning("metrics_not_shared", directory=str(settings.METRICS_DIR), error=str(error))
    if not settings.TRACES_ENDPOINT or tracing.is_on():
        return
    # By name, so that its memory is only taken where it is used.
    backend = import_module("portal.kit.opentelemetry").OpenTelemetry(service, settings.TRACES_SHARE)
    tracing.switch(backend)
    connection_created.connect(_trace_statements, dispatch_uid="atrium-tracing")
    signals.worker_process_shutdown.connect(lambda **_: backend.close(), weak=False)


def _trace_statements(connection: Any, **_: object) -> None:
    connection.connection.cursor_factory = cursor_class(connection.connection.cursor_factory)


@signals.celeryd_init.connect
def _speak_json(instance: Any, **_: object) -> None:
    """Celery greets and warns in plain text, in which no log reader finds its way."""
    django.setup()
    logging.captureWarnings(capture=True)
    instance.quiet = True


@signals.worker_process_init.connect
def _start_worker(**_: object) -> None:
    """In the process that works: a thread that sends spans would not survive the fork."""
    start("atrium-worker")


@signals.before_task_publish.connect
def _before_sending(sender: str, headers: dict[str, Any], **_: object) -> None:
    """Tell the worker which request and which trace it works for."""
    headers[_REQUEST] = bound("request_id")
    span = tracing.begin(f"send {sender}", "producer", messaging__system="redis", messaging__operation__name="send")
    if place := span.place():
        _sending[headers["id"]] = span
        if _trace_of(headers.get(_PLACE) or place) == _trace_of(place):  # else it belongs to another trace than ours
            headers[_PLACE] = place


def _trace_of(place: str) -> str:
    return place.partition("-")[2].partition("-")[0]


@signals.after_task_publish.connect
def _after_sending(headers: dict[str, Any], **_: object) -> None:
    if span := _sending.pop(headers["id"], None):
        span.end()


@signals.task_prerun.connect
def _before_task(task_id: str, task: Task[Any, Any], **_: object) -> None:
    structlog.contextvars.clear_contextvars()
    asked_by = getattr(task.request, _REQUEST, None)
    ids = {"task": task.name, "task_id": task_id} | ({"request_id": asked_by} if asked_by else {})
    stack = ExitStack()
    stack.enter_context(about(**ids))
    parent = getattr(task.request, _PLACE, None) or ""
    span = stack.enter_context(tracing.span(f"run {task.name}", "consumer", parent, messaging__message__id=task_id))
    _at_work[task_id] = stack, span, time.perf_counter()


@signals.task_postrun.connect
def _after_task(task_id: str, task: Task[Any, Any], state: str | None = None, **_: object) -> None:
    stack, span, began = _at_work.pop(task_id, (ExitStack(), None, time.perf_counter()))
    seconds = time.perf_counter() - began
    outcome = (state or "unknown").lower()
    with stack:
        if span is not None and outcome == "failure":
            span.fail("failure")
        log.info("task", outcome=outcome, seconds=round(seconds, 4))
    metrics.TASK_SECONDS.labels(task.name, outcome).observe(seconds)
