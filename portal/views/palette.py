"""The command palette's answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.kit.palette import find


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """List the places that match ?q=, for the palette's <combo-box>."""
    return render(request, "portal/_palette.html", {"groups": find(request, request.GET.get("q", "")[:200])})
