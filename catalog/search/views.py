"""The results page and the suggestions below the search field."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.search import queries
from catalog.search.parameters import read
from catalog.search.presenters import Results
from catalog.search.suggestions import groups
from catalog.search.tables import ResultTable
from portal.kit.people import signed_in
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import page


@require_safe
def results(request: HttpRequest) -> HttpResponseBase:
    """Show what is found; without a text, everything by popularity. ?format=csv gives all of it."""
    asked = read(request.GET, signed_in(request))
    if wants_csv(request):
        return csv_of(ResultTable(queries.all_results(asked), request=request), "search results")
    shown = Results(asked, queries.search(asked), request.GET)
    return page(request, "search/results.html", {"results": shown}, fragment="search/_answer.html")


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Complete ?q= with assets, columns and domains."""
    text = request.GET.get("q", "")
    found = groups(signed_in(request), text)
    return render(request, "search/_suggestions.html", {"groups": found, "text": text.strip()})
