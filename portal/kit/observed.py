"""The outermost of the middlewares: a log line, a span and a measured duration for every request."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from portal.kit import metrics, redaction, tracing
from portal.kit.logs import bound, get_logger

log = get_logger("portal.requests")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Observed:
    """Give the request an id, then say how it went."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex)
        began = time.perf_counter()
        method = request.method if request.method in _METHODS else "other"
        with tracing.span(str(method), "server", _caller(request), http__request__method=str(method)) as span:
            response = self.get_response(request)
            view = view_of(request, response)
            span.note(
                http__route=view, http__response__status_code=response.status_code, request_id=bound("request_id")
            )
            span.rename(f"{method} {view}")
            if response.status_code >= 500:
                span.fail(str(response.status_code))
            seconds = time.perf_counter() - began
            log.info(
                "request",
                method=method,
                path=redaction.path_of(request),
                view=view,
                status=response.status_code,
                seconds=round(seconds, 4),
            )
        metrics.REQUEST_SECONDS.labels(view, str(method), f"{response.status_code // 100}xx").observe(seconds)
        response.headers["X-Request-ID"] = bound("request_id")
        return response


def view_of(request: HttpRequest, response: HttpResponseBase) -> str:
    """Return the name of the view that answered; strangers can't make up new ones."""
    if request.resolver_match:
        return request.resolver_match.view_name or "unnamed"
    return "static" if response.status_code < 400 else "none"


def _caller(request: HttpRequest) -> str:
    """The trace that the proxy before us has begun; from anybody else it would be a way to fill the collector."""
    return request.headers.get("traceparent", "") if settings.TRUST_TRACEPARENT else ""
