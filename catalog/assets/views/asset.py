"""The first page of an asset, and following it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.assets.actions import follow, unfollow, visit
from catalog.assets.panels import panels_for
from catalog.assets.properties import worded
from catalog.assets.queries.descriptions import description_of
from catalog.assets.queries.keys import hidden_names, referenced_by, references
from catalog.assets.queries.span import history_of
from catalog.assets.views.frame import asset_or_404, framed
from portal.kit.people import signed_in
from portal.kit.web import page

FIRST_COLUMNS = 8


@require_safe
def detail(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Show what an asset is, whose, how fresh, and how it hangs together with others."""
    person, asset = signed_in(request), asset_or_404(request, asset_id)
    if _is_read_by_a_person(request):
        visit(asset=asset, by=person)
    context = framed(
        request,
        asset,
        resolved=description_of(asset),
        first_columns=asset.columns.all()[:FIRST_COLUMNS],
        references=[] if asset.is_view else references(person, asset, asset.keys.filter(kind="foreign")),
        referenced_by=referenced_by(person, asset),
        properties=worded(asset.properties),
        history=history_of(asset),
        definition_is_hidden=bool(hidden_names(person, asset, asset.definition)),
        panels=panels_for(request, asset, "content"),
        aside_panels=panels_for(request, asset, "aside"),
    )
    return page(request, "assets/detail.html", context)


@require_POST
def follow_asset(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Follow the asset, or stop when ?stop is posted; answer with the button."""
    person, asset = signed_in(request), asset_or_404(request, asset_id)
    if "stop" in request.POST:
        unfollow(asset=asset, by=person)
    else:
        follow(asset=asset, by=person)
    if request.headers.get("HX-Request"):
        return render(request, "assets/_follow.html", {"asset": asset_or_404(request, asset_id), "is_fresh": True})
    messages.success(request, f"You will hear of changes of {asset.name}." if "stop" not in request.POST else "Done.")
    return redirect("assets:detail", asset_id)


def _is_read_by_a_person(request: HttpRequest) -> bool:
    """HEAD requests and prefetches are no visits."""
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and "prefetch" not in purpose
