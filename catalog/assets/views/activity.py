"""What people did with an asset, from the ledger."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.assets.queries.activity import activity_of
from catalog.assets.views.frame import asset_or_404, framed
from governance.audit.presenters import Told, sentence
from portal.kit.web import page, paged


@require_safe
def activity(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Show the events about the asset as sentences."""
    asset = asset_or_404(request, asset_id)
    context = framed(request, asset)
    events = paged(request, activity_of(asset, with_access=bool(context["powers"].admit)), size=20)
    told = [Told(event, sentence(event)) for event in events]
    return page(request, "assets/activity.html", context | {"events": events, "told": told})
