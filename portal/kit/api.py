"""The API's shared manners: problem answers, routes and permissions by name."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, permissions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler
from rest_framework.viewsets import ViewSetMixin

from portal.kit.errors import DomainError, NotAllowed
from portal.kit.throttling import People

Route = tuple[str, type[ViewSetMixin], str]
"""Prefix, viewset and basename by which a room joins the API."""


class SensitiveThrottle(People):
    """For what is worth guessing or expensive: far fewer calls a person than elsewhere."""

    scope = "sensitive"
    rate = "20/minute"


class Nothing(APIView):
    """Where a path leads nowhere, and the caller is known: a problem instead of a page."""

    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse every method alike, once the caller is known."""
        super().initial(request, *args, **kwargs)
        raise exceptions.NotFound("There is nothing at this path. Paths end with a slash; /api/v1/ lists them.")


class Needs(permissions.BasePermission):
    """Ask for the permission named by the view's `permission_needed`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed: str = view.permission_needed
        return bool(request.user and request.user.is_authenticated and request.user.has_perm(needed))


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every error as {code, detail}, with `fields` for wrong input and `how_to_fix` for refusals."""
    if isinstance(error, DomainError):
        return _domain_problem(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing here that you may see.")
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    if isinstance(error, exceptions.ValidationError):
        body = {"code": "invalid", "detail": "Some fields are wrong.", "fields": error.detail}
        return Response(body, status=status.HTTP_400_BAD_REQUEST)
    response.data = {"code": str(error.get_codes()), "detail": str(error.detail)}
    return response


def _domain_problem(error: DomainError) -> Response:
    body: dict[str, Any] = {"code": error.code, "detail": error.message}
    if error.field:
        body["fields"] = {error.field: [error.message]}
    if isinstance(error, NotAllowed) and error.how_to_fix:
        body["how_to_fix"] = error.how_to_fix
    return Response(body, status=error.status)
