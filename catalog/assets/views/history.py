"""How an asset came to be as it is: structure by harvests, words by people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalog.assets.actions import restore
from catalog.assets.queries.changes import changes_of
from catalog.assets.queries.edits import edits_of
from catalog.assets.views.frame import asset_or_404, framed
from portal.kit.people import signed_in
from portal.kit.web import page


@require_safe
def history(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Show changes of the structure, or with ?of=words those of the descriptions."""
    asset = asset_or_404(request, asset_id)
    of_words, number = request.GET.get("of") == "words", request.GET.get("page")
    shown = edits_of(asset, number) if of_words else changes_of(signed_in(request), asset, number)
    return page(request, "assets/history.html", framed(request, asset, of_words=of_words, shown=shown))


@require_POST
def restore_text(request: HttpRequest, asset_id: int, history_id: int) -> HttpResponse:
    """Bring back an earlier description."""
    asset = asset_or_404(request, asset_id)
    restore(asset=asset, history_id=history_id, by=signed_in(request))
    messages.success(request, "The earlier text is back.")
    return redirect(f"{reverse('assets:history', args=[asset.pk])}?of=words")
