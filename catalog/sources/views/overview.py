"""The list of sources."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.sources import registry
from catalog.sources.overview import overview, sort_of, sorts
from catalog.sources.policies import may_manage
from portal.kit.people import signed_in
from portal.kit.web import page, paged


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the sources that the person may know of, with their health."""
    person = signed_in(request)
    found = overview(person, request.GET)
    shown = paged(request, found.rows)
    facts = registry.facts_about(person, [row.source for row in shown])
    context = {
        "found": found,
        "page": shown,
        "rows": [(row, [by_id.get(row.source.pk) for by_id in facts.values()]) for row in shown],
        "labels": list(facts),
        "health": request.GET.get("health", ""),
        "unfiltered": not request.GET.get("health"),
        "family": request.GET.get("family", ""),
        "sorts": sorts(),
        "sort": sort_of(request.GET),
        "may_manage": bool(may_manage(person)),
    }
    return page(request, "sources/list.html", context, fragment="sources/_list.html")
