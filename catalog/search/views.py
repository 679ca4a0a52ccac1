"""The results page and the suggestions below the search field."""

from time import perf_counter

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.search import builder, queries
from catalog.search.analytics import actions as analytics
from catalog.search.backend import Kind, SearchRequest
from catalog.search.columns.tables import UseTable
from catalog.search.language import LONGEST
from catalog.search.parameters import read
from catalog.search.presenters import Results, number_in_words
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
        return _csv(request, asked)
    started = perf_counter()
    answer = queries.search(asked)
    noted = analytics.note(asked, answer, request.GET, started=started) if request.method == "GET" else None
    context = {"results": Results(asked, answer, request.GET), "noted": noted}
    return page(request, "search/results.html", context, fragment="search/_answer.html")


@require_safe
def number(request: HttpRequest) -> HttpResponse:
    """Count what an address finds: for the tab that is not on show."""
    total, is_about = queries.number_of(read(request.GET, signed_in(request)))
    return render(request, "search/_number.html", {"figure": number_in_words(total, is_about=is_about, short=True)})


@require_safe
def fields(request: HttpRequest) -> HttpResponse:
    """Offer the query of the address as a form."""
    context = {"builder": builder.of(request.GET.get("q", "")[:LONGEST], request.GET)}
    return page(request, "search/fields.html", context, fragment="search/_builder_bare.html")


@require_safe
def query_help(request: HttpRequest) -> HttpResponse:
    """Say what can be typed."""
    return page(request, "search/help.html", {}, fragment="search/_syntax.html")


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Complete ?q= with assets, columns and domains."""
    text = request.GET.get("q", "")
    found = groups(signed_in(request), text)
    return render(request, "search/_suggestions.html", {"groups": found, "text": text.strip()})


def _csv(request: HttpRequest, asked: SearchRequest) -> HttpResponseBase:
    if asked.kind == Kind.COLUMNS:
        return csv_of(UseTable(queries.all_columns(asked), request=request), "columns found")
    return csv_of(ResultTable(queries.all_results(asked), request=request), "search results")
