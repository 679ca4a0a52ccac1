"""The pages of the audit log."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from governance.audit import actions, exports, queries
from governance.audit.filters import LogFilter, chips_of
from governance.audit.models import Event
from governance.audit.policies import VIEW, WHY_NOT, may_export
from governance.audit.presenters import tell
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, needs, page, paged

_PAGE = 30  # entries; keeps the page under 40 KB
_ROWS_AT_ONCE = 2000


@require_safe
@needs(VIEW, WHY_NOT)
def log(request: HttpRequest) -> HttpResponse:
    """Show the log, narrowed by the address."""
    form = LogFilter(request.GET)
    entries = paged(request, queries.events(form.wanted), size=_PAGE)
    context = {
        "form": form,
        "chips": chips_of(request.GET, form),
        "page": entries,
        "entries": tell(entries, to=signed_in(request)),
        "may_export": bool(may_export(signed_in(request))),
        "wanted": form.wanted.active,
    }
    return page(request, "audit/log.html", context, fragment="audit/_entries.html")


@require_safe
@needs(VIEW, WHY_NOT)
def event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Show one entry with everything it holds; this address is permanent."""
    entry = found_or_404(Event.objects.filter(pk=event_id).first())
    person = signed_in(request)
    told = tell([entry, *queries.same_request(entry)[:20]], to=person)
    return page(request, "audit/event.html", {"told": told[0], "event": entry, "together": told[1:]})


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Send the entries that the filter matches as CSV or as JSON, one object a line."""
    form = "json" if request.POST.get("format") == "json" else "csv"
    found = actions.export(LogFilter(request.POST).strict, by=signed_in(request), form=form)
    rows = exports.written(found.iterator(chunk_size=_ROWS_AT_ONCE), form)
    response = StreamingHttpResponse(rows, content_type=exports.CONTENT_TYPES[form])
    name = f"audit-{timezone.localdate():%Y-%m-%d}.{exports.SUFFIXES[form]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
