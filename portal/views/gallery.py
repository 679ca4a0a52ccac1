"""All components in all their states on one page: for people who build pages, and for the tests of the look."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.kit.facets import chips
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import needs, page, paged
from portal.views import samples

REASON = "The gallery of components is for people who build pages."


PARTS = {"marks": "Marks and frames", "lists": "Lists and forms", "texts": "Pictures and texts"}


@require_safe
@needs("kit.view_gallery", REASON)
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Show one part of the components; ?toast=1 adds a toast, ?format=csv gives the table's rows."""
    table = samples.SampleTable(samples.ROWS, request=request)
    if wants_csv(request):
        return csv_of(table, "components")
    if "toast" in request.GET:
        messages.success(request, "The description was saved.")
    part = request.GET.get("part", "marks")
    context = _part(part if part in PARTS else "marks") | {"table": table} | _lists(request) | samples.PIECES
    return page(request, "portal/gallery.html", context, fragment="ui/table.html")


def _part(chosen: str) -> dict[str, Any]:
    tabs = [{"label": label, "url": f"?part={key}", "current": key == chosen} for key, label in PARTS.items()]
    return {
        "parts": tabs,
        "content_template": f"portal/_gallery_{chosen}.html",
        "aside_template": "" if chosen == "texts" else f"portal/_gallery_aside_{chosen}.html",
        "jobs": samples.jobs(),
    }


def _lists(request: HttpRequest) -> dict[str, Any]:
    facets = samples.facets(request.GET.getlist("kind"))
    return {
        "facets": facets,
        "chips": chips(request.GET, facets),
        "form": samples.SampleForm(initial={"name": "Customer orders", "frequency": "daily"}),
        "wrong_form": samples.SampleForm({"name": "", "frequency": "never"}),
        "pages": paged(request, range(500)),
    }


@require_safe
@needs("kit.view_gallery", REASON)
def job(request: HttpRequest) -> HttpResponse:
    """Answer a polling job with the same job finished."""
    return render(request, "portal/_gallery_job.html", {"run": samples.jobs()[1]})


@require_safe
@needs("kit.view_gallery", REASON)
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggest the sample people whose name holds ?owner=."""
    text = request.GET.get("owner", "").casefold()
    found = [person for person in samples.PIECES["people"] if text and text in person.casefold()]
    options = [{"label": name, "value": name, "icon": "user"} for name in found]
    groups = [{"label": "People", "options": options}] if options else []
    return render(request, "portal/_gallery_suggest.html", {"groups": groups})
