"""Editing a description: a fragment in place with htmx, a page of its own without."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.assets.actions import Outdated, describe
from catalog.assets.forms import DescriptionForm
from catalog.assets.models import Asset
from catalog.assets.policies import Powers
from catalog.assets.queries.descriptions import Resolved, description_of, description_of_column
from catalog.assets.views.frame import asset_or_404
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.web import found_or_404, page


@require_http_methods(["GET", "HEAD", "POST"])
def description(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Show the form for the asset, or for its ?column=; ?show=1 gives the text as it stands, for Cancel."""
    asset = asset_or_404(request, asset_id)
    require(Powers(signed_in(request), asset).describe)
    column = (request.POST if request.method == "POST" else request.GET).get("column", "")
    resolved = found_or_404(description_of_column(asset, column) if column else description_of(asset))
    if request.method == "POST":
        return _save(request, asset, column, resolved)
    if "show" in request.GET:
        return _as_it_stands(request, asset, column, resolved)
    form = DescriptionForm(initial={"text": resolved.human_text, "version": resolved.version, "column": column})
    return _form(request, asset, column, resolved, form)


def _save(request: HttpRequest, asset: Asset, column: str, resolved: Resolved) -> HttpResponse:
    form = DescriptionForm(request.POST)
    if not form.is_valid():
        return _form(request, asset, column, resolved, form, status=422)
    text, version = form.cleaned_data["text"], form.cleaned_data["version"]
    if "preview" in request.POST:
        return _form(request, asset, column, resolved, form, preview=text)
    try:
        describe(asset=asset, column_name=column, text=text, version=version, by=signed_in(request))
    except Outdated as other:
        again = DescriptionForm(initial={"text": text, "version": other.version, "column": column})
        return _form(request, asset, column, resolved, again, status=422, other=other)
    except (Conflict, Invalid) as error:
        form.refuse(error)
        return _form(request, asset, column, resolved, form, status=422)
    messages.success(request, "The description is saved." if text.strip() else "The description is removed.")
    if request.headers.get("HX-Request"):
        fresh = found_or_404(description_of_column(asset, column) if column else description_of(asset))
        return _as_it_stands(request, asset, column, fresh)
    return redirect(_back(asset, column))


def _as_it_stands(request: HttpRequest, asset: Asset, column: str, resolved: Resolved) -> HttpResponse:
    context = {"asset": asset, "column_name": column, "resolved": resolved, "may_edit": True, "is_fresh": True}
    return render(request, "assets/_description.html", context)


def _form(
    request: HttpRequest,
    asset: Asset,
    column: str,
    resolved: Resolved,
    form: DescriptionForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "asset": asset,
        "column_name": column,
        "resolved": resolved,
        "form": form,
        "back": _back(asset, column),
    } | more
    return page(request, "assets/describe.html", context, fragment="assets/_description_form.html", status=status)


def _back(asset: Asset, column: str) -> str:
    return reverse("assets:columns" if column else "assets:detail", args=[asset.pk])
