"""Spans over OpenTelemetry to a collector that speaks OTLP over HTTP. Imported only where tracing is switched on."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from portal.kit.tracing import Kind, Span, Value

_W3C = TraceContextTextMapPropagator()
_KINDS: dict[Kind, SpanKind] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}


class _Span:
    """One of ours around one of theirs."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, **attributes: Value) -> None:
        for name, value in attributes.items():
            self._span.set_attribute(name.replace("__", "."), value)

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def fail(self, reason: str) -> None:
        self._span.set_status(Status(StatusCode.ERROR, reason))

    def place(self) -> str:
        return _place(trace.set_span_in_context(self._span))

    def end(self) -> None:
        self._span.end()


class OpenTelemetry:
    """The backend of a process. Endpoint, headers and batching are those of the usual OTEL_… variables."""

    def __init__(self, service: str, share: float) -> None:
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(share)),
            resource=Resource.create(
                {"service.name": service, "service.instance.id": f"{socket.gethostname()}-{os.getpid()}"}
            ),
            span_limits=SpanLimits(max_span_attribute_length=2000),
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("atrium")

    @contextmanager
    def span(self, name: str, kind: Kind, parent: str, attributes: dict[str, Value]) -> Iterator[Span]:
        """Make the span the work at hand while the body runs."""
        context, links = _below(parent)
        # The words of an exception may quote data: its kind is enough.
        with self._tracer.start_as_current_span(
            name, context, _KINDS[kind], links=links, record_exception=False, set_status_on_exception=False
        ) as span:
            ours = _Span(span)
            ours.note(**attributes)
            try:
                yield ours
            except BaseException as error:
                ours.fail(type(error).__name__)
                raise

    def begin(self, name: str, kind: Kind, attributes: dict[str, Value]) -> Span:
        """Begin a span below the work at hand without making it the work at hand."""
        ours = _Span(self._tracer.start_span(name, kind=_KINDS[kind]))
        ours.note(**attributes)
        return ours

    def place(self) -> str:
        """Return the work at hand as a W3C traceparent, empty for none."""
        return _place(None)

    def ids(self) -> dict[str, str]:
        """Return the ids of the work at hand."""
        here = trace.get_current_span().get_span_context()
        if not here.is_valid:
            return {}
        return {
            "trace_id": trace.format_trace_id(here.trace_id),
            "span_id": trace.format_span_id(here.span_id),
        }

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def _place(context: Context | None) -> str:
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, context)
    return carrier.get("traceparent", "")


def _below(parent: str) -> tuple[Context | None, list[Link]]:
    """Return the context of a parent elsewhere; work at hand in another trace than the parent's stays linked."""
    if not parent:
        return None, []
    context = _W3C.extract({"traceparent": parent})
    here = trace.get_current_span().get_span_context()
    above = trace.get_current_span(context).get_span_context()
    if here.is_valid and here.trace_id == above.trace_id:
        return None, []
    return context, [Link(here)] if here.is_valid else []
