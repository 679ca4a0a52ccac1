"""The API's documentation, a section a page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal import reference
from portal.kit.web import found_or_404, page


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Explain how to begin, or one section of the API."""
    sections = reference.sections()
    name = request.GET.get("section", "")
    operations = found_or_404(sections.get(name)) if name else None
    return page(request, "portal/api_docs.html", {"sections": sections, "name": name, "operations": operations})
