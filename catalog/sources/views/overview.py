"""The list of sources."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.sources import registry
from catalog.sources.overview import Overview, overview, sort_of, sorts
from catalog.sources.policies import may_manage
from portal.kit.facets import Facet, FacetOption, chips
from portal.kit.people import signed_in
from portal.kit.web import page, paged


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the sources that the person may know of, with their health."""
    person = signed_in(request)
    found = overview(person, request.GET)
    shown = paged(request, found.rows)
    facts = registry.facts_about(person, [row.source for row in shown])
    facets = _facets(request, found)
    context = {
        "found": found,
        "page": shown,
        "rows": [(row, [by_id.get(row.source.pk) for by_id in facts.values()]) for row in shown],
        "labels": list(facts),
        "facets": facets,
        "chips": chips(request.GET, facets),
        "sorts": sorts(),
        "sort": sort_of(request.GET),
        "may_manage": bool(may_manage(person)),
    }
    return page(request, "sources/list.html", context, fragment="sources/_list.html")


def _facets(request: HttpRequest, found: Overview) -> list[Facet]:
    health, families = request.GET.getlist("health"), request.GET.getlist("family")
    by_word = [FacetOption(word.key, word.value, found.words[word], word.key in health) for word in found.words]
    by_family = [FacetOption(family.value, family.value, None, family.value in families) for family in found.families]
    return [Facet("health", "Health", by_word), Facet("family", "Engine", by_family)]
