"""Assets in the command palette."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from catalog.search.queries import suggest
from portal.kit.palette import PaletteItem
from portal.kit.people import signed_in

_ICONS = {"view": "table-properties", "materialized_view": "table-properties", "column": "columns-3"}


def icon_of(kind: str) -> str:
    """Return the icon of an asset's kind."""
    return _ICONS.get(kind, "table-2")


def found(request: HttpRequest, text: str) -> Iterator[PaletteItem]:
    """Offer assets named so."""
    for each in suggest(signed_in(request), text).assets:
        yield PaletteItem(each.label, reverse("assets:detail", args=[each.asset_id]), icon_of(each.kind), each.hint)
