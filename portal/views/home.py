"""Home: where was I, what changed, what awaits me."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.assets.models import Asset
from catalog.assets.queries.changes import news
from catalog.assets.queries.domains import answered_for, domain_numbers
from catalog.assets.queries.readers import followed, popular, recently_seen
from catalog.sources.queries import visible_sources
from portal.kit.people import Person, signed_in
from portal.kit.web import page
from portal.waiting import waiting_for

SCOPES = {"all": "Everything", "followed": "Followed", "mine": "Mine"}
EMPTY = {
    "all": "No harvest has changed anything lately.",
    "followed": "Nothing that you follow has changed lately. The button Follow is on the page of every asset.",
    "mine": "Nothing that you answer for has changed lately.",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page; ?show= chooses whose changes."""
    person = signed_in(request)
    scope = request.GET.get("show", "all")
    scope = scope if scope in SCOPES else "all"
    context: dict[str, Any] = {
        "scope": scope,
        "scopes": SCOPES.items(),
        "news": news(person, _scope(person, scope)),
        "news_empty": EMPTY[scope],
    }
    if request.headers.get("HX-Request"):
        return page(request, "portal/home.html", context, fragment="portal/_news.html")
    context |= {
        "waiting": waiting_for(person),
        "popular": popular(person),
        "recent": recently_seen(person),
        "domains": domain_numbers(person),
    }
    is_new = not (context["news"] or context["popular"] or context["domains"])
    context["is_first_run"] = is_new and not _has_source(person)
    return page(request, "portal/home.html", context)


def _scope(person: Person, scope: str) -> QuerySet[Asset] | None:
    if scope == "followed":
        return followed(person)
    return answered_for(person) if scope == "mine" else None


def _has_source(person: Person) -> bool:
    return visible_sources(person).exists()
