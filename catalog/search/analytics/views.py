"""Where search fails, for stewards; one's own recent searches; and what was opened."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.search.analytics import actions, figures, queries
from catalog.search.analytics.tables import TextTable, rows_of
from portal.kit.people import signed_in
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import needs, page

SEES = "search.view_analytics"
WHY_NOT = "What people search for is shown to stewards and administrators."
PERIODS = {"7": "7 days", "30": "30 days", "90": "90 days"}
_USUAL = "30"
_RECENT = 50
_LONGEST_BODY = 2000


@require_safe
@needs(SEES, WHY_NOT)
def analytics(request: HttpRequest) -> HttpResponseBase:
    """Show how search does in a period; ?format=csv gives the texts that several people asked."""
    given = request.GET.get("days", "")
    chosen = given if given in PERIODS else _USUAL
    days = int(chosen)
    if wants_csv(request):
        texts = rows_of(figures.texts(days, figures.EXPORTED_AT_MOST))
        return csv_of(TextTable(texts, request=request), "search analytics")
    weeks = figures.weeks(days)
    context = {
        "numbers": figures.numbers(days),
        "searches": [(f"{week.begins:%-d %b}", week.searches) for week in weeks],
        "people": [(f"{week.begins:%-d %b}", week.people) for week in weeks],
        "texts": figures.texts(days),
        "periods": [(value, label, value == chosen) for value, label in PERIODS.items()],
        "days": chosen,
        "period": PERIODS[chosen],
        "shown_from": settings.ASKED_QUERIES_SHOWN_FROM,
    }
    return page(request, "search/analytics/analytics.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def recent(request: HttpRequest) -> HttpResponse:
    """List one's own recent searches; forget one, or all."""
    person = signed_in(request)
    if request.method == "POST":
        actions.clear_recent(by=person, key=request.POST.get("key", ""))
        messages.success(request, "Forgotten.")
        return redirect("search:recent")
    context = {"recent": queries.recent(person, _RECENT), "kept_days": settings.ASKED_QUERIES_KEPT_DAYS}
    return page(request, "search/analytics/recent.html", context)


@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Note that a result was opened. The answer is always the same, so that nothing can be learnt from it."""
    given = _given(request)
    numbers = [_number(given.get(name)) for name in ("asked", "asset", "place")]
    if all(numbers):
        actions.opened(by=signed_in(request), asked_id=numbers[0], asset_id=numbers[1], place=numbers[2])
    return HttpResponse(status=204)


def _given(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        body = json.loads(request.body[:_LONGEST_BODY])
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _number(given: object) -> int:
    """Return a positive number, or 0 for anything else."""
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
