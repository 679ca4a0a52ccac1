"""All components in all their states on one page: for people who build pages, and for the tests of the look."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.kit.facets import chips
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import needs, page, paged
from portal.views import samples

REASON = "The gallery of components is for people who build pages."


@require_GET
@needs("kit.view_gallery", REASON)
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Show every component; ?toast=1 adds a toast, ?format=csv gives the table's rows."""
    table = samples.SampleTable(samples.ROWS, request=request)
    if wants_csv(request):
        return csv_of(table, "components")
    if "toast" in request.GET:
        messages.success(request, "The description was saved.")
    facets = samples.facets(request.GET.getlist("kind"))
    context = {
        "table": table,
        "facets": facets,
        "chips": chips(request.GET, facets),
        "form": samples.SampleForm(initial={"name": "Customer orders", "frequency": "daily"}),
        "wrong_form": samples.SampleForm({"name": "", "frequency": "never"}),
        "pages": paged(request, range(500)),
        "jobs": samples.jobs(),
    } | samples.PIECES
    return page(request, "portal/gallery.html", context, fragment="ui/table.html")


@require_GET
@needs("kit.view_gallery", REASON)
def job(request: HttpRequest) -> HttpResponse:
    """Answer a polling job with the same job finished."""
    return render(request, "portal/_gallery_job.html", {"run": samples.jobs()[1]})


@require_GET
@needs("kit.view_gallery", REASON)
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggest the sample people whose name holds ?owner=."""
    text = request.GET.get("owner", "").casefold()
    found = [person for person in samples.PIECES["people"] if text and text in person.casefold()]
    options = [{"label": name, "value": name, "icon": "user"} for name in found]
    groups = [{"label": "People", "options": options}] if options else []
    return render(request, "portal/_gallery_suggest.html", {"groups": groups})
