"""The page of the index."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from catalog.search import queries
from catalog.search.elastic import actions
from catalog.search.elastic.policies import MANAGE, REFUSED
from catalog.search.elastic.queries import state
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import needs, page


@require_safe
@needs(MANAGE, REFUSED)
def index(request: HttpRequest) -> HttpResponse:
    """Show which engine answers, how far behind it is, and what is being built."""
    context = {"copy": state(), "index": queries.state()}
    return page(request, "search/index/index.html", context, fragment="search/index/_state.html")


@require_POST
@needs(MANAGE, REFUSED)
def rebuild(request: HttpRequest) -> HttpResponse:
    """Have the index built anew."""
    actions.rebuild(by=signed_in(request))
    messages.success(request, "The index is built anew. Search goes on meanwhile.")
    return redirect("search:index")


@require_POST
@needs(MANAGE, REFUSED)
def check(request: HttpRequest) -> HttpResponse:
    """Compare the index with the catalog now."""
    try:
        mended = actions.check(by=signed_in(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        told = f"{mended:,} documents differed and were mended." if mended else "The index is as the catalog is."
        messages.success(request, told)
    return redirect("search:index")
