"""How views answer: a whole page, or only its fragment when htmx asks; paging that is fine with bad numbers."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from portal.kit.errors import NotAllowed
from portal.kit.people import signed_in

P = ParamSpec("P")
T = TypeVar("T")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Render the template, or the fragment when htmx asks for one without restoring history."""
    wants_fragment = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    chosen = fragment if fragment and wants_fragment else template
    response = render(request, chosen, context, status=status)
    response["Vary"] = "HX-Request"
    return response


def paged(request: HttpRequest, items: Sequence[Any] | QuerySet[Any], *, size: int = 25) -> Page[Any]:
    """Return the page named by ?page=; a wrong number gives the nearest page."""
    return Paginator(items, size).get_page(request.GET.get("page"))


def needs(permission: str, reason: str) -> Callable[[View[P]], View[P]]:
    """Refuse a view to people without the permission; `reason` is shown to them."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not signed_in(request).has_perm(permission):
                raise NotAllowed(reason, how_to_fix="Ask an administrator for a role that includes this.")
            return view(request, *args, **kwargs)

        return cast("View[P]", guarded)

    return decorate


def found_or_404(thing: T | None) -> T:
    """Raise Http404 for None: one answer for what is missing and for what is hidden."""
    if thing is None:
        raise Http404
    return thing
