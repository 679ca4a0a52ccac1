"""Pages for what went wrong."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if _is_api(request):
        return _problem(400, "bad_request", "The request can't be understood.")
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same for what is missing and for what is hidden."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither the database nor the person, as either may be what is broken."""
    if _is_api(request):
        return _problem(500, "error", "Something went wrong on our side. It has been noted.")
    return HttpResponseServerError(get_template("500.html").render())


def csrf_failure(request: HttpRequest, **_: Any) -> HttpResponse:
    """A form that came from elsewhere or was open for too long."""
    return render(request, "403.html", {"expired": True}, status=403)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)
