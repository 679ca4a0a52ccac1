"""What every request carries, and how a refusal becomes a page."""

import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from portal.kit.errors import DomainError, NotAllowed
from portal.kit.logs import bound
from portal.kit.origin import Origin, coming_from, network_prefix

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestFacts:
    """Bind the request's id and the person to logs and ledger, and use the person's time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        origin = Origin(
            channel="api" if request.path.startswith("/api/") else "page",
            address=network_prefix(request.META.get("REMOTE_ADDR", "")),
            request_id=bound("request_id") or uuid.uuid4().hex,
        )
        structlog.contextvars.bind_contextvars(request_id=origin.request_id, person=request.user.pk)
        zone = getattr(request.user, "time_zone", None) or None
        with coming_from(origin), timezone.override(zone):
            return self.get_response(request)


class PlainErrors:
    """Turn a DomainError that a view let through into a page, or into an alert for htmx."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the error's status and words."""
        if not isinstance(error, DomainError):
            return None
        context = {"error": error, "how_to_fix": error.how_to_fix if isinstance(error, NotAllowed) else ""}
        template = "ui/_alert.html" if request.headers.get("HX-Request") else _page_for(error.status)
        return render(request, template, context, status=error.status)


def _page_for(status: int) -> str:
    return f"{status}.html" if status in {403, 404} else "400.html"
