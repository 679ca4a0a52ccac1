"""Finding a column's name, and the page of all tables that have it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from catalog.search.columns import queries
from catalog.search.columns.parameters import read
from catalog.search.columns.presenters import UsesPage
from catalog.search.columns.tables import UseTable
from portal.kit.people import signed_in
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import found_or_404, page


@require_safe
def columns(request: HttpRequest) -> HttpResponse:
    """Find names of columns; without a text, those that popular tables have."""
    text = request.GET.get("q", "").replace("\0", " ").strip()[: queries.LONGEST]
    found = queries.names_like(signed_in(request), text)
    return page(request, "search/columns.html", {"text": text, "found": found}, fragment="search/_column_names.html")


@require_safe
def column(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show where a column of this name is. ?format=csv gives all tables, at most READ_AT_MOST."""
    person = signed_in(request)
    uses = found_or_404(queries.uses(person, name) if "\0" not in name else None)
    asked = read(request.GET)
    if wants_csv(request):
        rows, _ = queries.columns_of(person, name, asked.narrowing, offset=0, limit=queries.READ_AT_MOST)
        return csv_of(UseTable(rows, request=request), f"tables with {name}")
    rows, number = queries.columns_of(person, name, asked.narrowing, offset=asked.offset, limit=asked.size)
    shown = UsesPage(uses, asked, rows, number, request.GET)
    table = UseTable(rows, request=request, orderable=False)
    return page(request, "search/column.html", {"uses": uses, "shown": shown, "table": table})
