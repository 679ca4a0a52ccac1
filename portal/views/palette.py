"""The command palette's answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.kit.palette import PaletteGroup, find
from portal.navigation import palette_items

LONGEST = 200


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """List the places that match ?q=, pages first, for the palette's <combo-box>."""
    text = request.GET.get("q", "")[:LONGEST]
    pages = PaletteGroup("Pages", tuple(palette_items(request, text)))
    groups = [group for group in (pages, *find(request, text)) if group.options]
    return render(request, "portal/_palette.html", {"groups": groups})
