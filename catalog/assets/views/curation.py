"""Certifying, classifying and placing assets, placing schemas."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from catalog.assets.actions import certify, classify, declassify, deprecate, place_asset, place_schema, withdraw
from catalog.assets.forms import AS_SCHEMA, NO_DOMAIN, CertificationForm, PlacementForm, SensitivityForm
from catalog.assets.models import Asset, Certification, Sensitivity
from catalog.assets.policies import Powers
from catalog.assets.queries.browse import visible_schema
from catalog.assets.views.frame import asset_or_404, framed
from catalog.assets.visibility import shown_domain
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import Person, signed_in
from portal.kit.policies import require
from portal.kit.web import found_or_404, page

_ACTIONS: dict[Certification, Callable[..., None]] = {
    Certification.CERTIFIED: certify,
    Certification.DEPRECATED: deprecate,
    Certification.NONE: withdraw,
}


@require_http_methods(["GET", "HEAD", "POST"])
def certification(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Certify, deprecate, or take it back."""
    asset = asset_or_404(request, asset_id)
    require(Powers(signed_in(request), asset).certify)
    initial = {"state": asset.certification, "note": asset.certification_note}
    form = CertificationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        act = _ACTIONS[Certification(form.cleaned_data["state"])]
        try:
            act(asset=asset, note=form.cleaned_data["note"], by=signed_in(request))
        except (Conflict, Invalid) as error:
            form.refuse(error)
        else:
            messages.success(request, f"{asset.name}: {asset.get_certification_display().lower()}.")
            return redirect("assets:detail", asset.pk)
    context = framed(request, asset, form=form)
    return page(request, "assets/certification.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sensitivity(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Say how sensitive the asset is, or take it back."""
    asset = asset_or_404(request, asset_id)
    require(Powers(signed_in(request), asset).classify)
    form = SensitivityForm(request.POST or None, initial={"level": asset.sensitivity, "note": asset.sensitivity_note})
    if request.method == "POST" and form.is_valid():
        try:
            _classify(asset, form.cleaned_data["level"], form.cleaned_data["note"], signed_in(request))
        except (Conflict, Invalid) as error:
            form.refuse(error)
        else:
            messages.success(request, f"{asset.name}: {(asset.get_sensitivity_display() or 'not classified').lower()}.")
            return redirect("assets:detail", asset.pk)
    context = framed(request, asset, form=form)
    return page(request, "assets/sensitivity.html", context, status=422 if form.errors else 200)


def _classify(asset: Asset, level: str, note: str, by: Person) -> None:
    if level:
        classify(asset=asset, sensitivity=Sensitivity(level), note=note, by=by)
    else:
        declassify(asset=asset, note=note, by=by)


@require_http_methods(["GET", "HEAD", "POST"])
def asset_domain(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Give the asset to a domain."""
    person, asset = signed_in(request), asset_or_404(request, asset_id)
    follows = str(
        shown_domain(person, asset.schema.domain) or ("another domain" if asset.schema.domain else "no domain")
    )
    initial = {"domain": _present_choice(asset)}
    form = PlacementForm(request.POST or None, person=person, follows=follows, initial=initial)
    if request.method == "POST" and form.is_valid():
        place_asset(asset=asset, domain=form.chosen, as_schema=form.as_schema, by=person)
        messages.success(request, f"{asset.name} is moved.")
        return redirect("assets:browse_schema", asset.schema_id)
    context = framed(request, asset, form=form)
    return page(request, "assets/placement.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def schema_domain(request: HttpRequest, schema_id: int) -> HttpResponse:
    """Give a schema, with all assets that follow it, to a domain."""
    person = signed_in(request)
    schema = found_or_404(visible_schema(person, schema_id))
    form = PlacementForm(request.POST or None, person=person, initial={"domain": str(schema.domain_id or NO_DOMAIN)})
    if request.method == "POST" and form.is_valid():
        moved = place_schema(schema=schema, domain=form.chosen, by=person)
        messages.success(request, f"{schema.name} and {moved} assets belong to {form.chosen or 'no domain'} now.")
        return redirect("assets:browse_schema", schema.pk)
    context = {"schema": schema, "form": form}
    return page(request, "assets/schema_placement.html", context, status=422 if form.errors else 200)


def _present_choice(asset: Asset) -> str:
    return str(asset.domain_id or NO_DOMAIN) if asset.has_own_domain else AS_SCHEMA
