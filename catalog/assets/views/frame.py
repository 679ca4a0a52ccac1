"""What all pages of an asset share: finding it, its head and its tabs."""

from typing import Any

from django.http import HttpRequest

from catalog.assets.models import Asset
from catalog.assets.panels import tabs_for
from catalog.assets.policies import Powers
from catalog.assets.queries.access import why_visible
from catalog.assets.queries.assets import asset_page
from catalog.assets.queries.owners import owners_among, ownerships_around
from catalog.assets.visibility import shown_domain
from portal.kit.people import signed_in
from portal.kit.web import found_or_404


def asset_or_404(request: HttpRequest, asset_id: int) -> Asset:
    """Return the asset, or answer as if there were none when the person may not know of it."""
    return found_or_404(asset_page(signed_in(request), asset_id))


def framed(request: HttpRequest, asset: Asset, **content: Any) -> dict[str, Any]:
    """Return the context of a page of the asset."""
    person = signed_in(request)
    rows = ownerships_around([asset])
    return {
        "asset": asset,
        "domain": shown_domain(person, asset.domain),
        "owners": owners_among(asset, rows),
        "powers": Powers(person, asset, tuple(rows)),
        "why_visible": why_visible(person, asset),
        "asset_tabs": tabs_for(person, asset),
    } | content
