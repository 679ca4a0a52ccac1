"""Who may see a private domain, a private source, or a single asset: lists with forms to admit and shut out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from catalog.assets.actions import admit, shut_out
from catalog.assets.forms import AdmissionForm
from catalog.assets.holders import find_holder
from catalog.assets.models import Asset, Domain
from catalog.assets.policies import may_admit
from catalog.assets.queries.access import admissions
from catalog.assets.queries.domains import visible_domain
from catalog.assets.views.frame import asset_or_404, framed
from catalog.sources.models import Source
from catalog.sources.queries import visible_source
from portal.kit.errors import Conflict
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.web import found_or_404, page

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
def asset_access(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Show and change who was admitted to a single asset."""
    asset = asset_or_404(request, asset_id)
    return _access(request, asset, "assets/asset_access.html", framed(request, asset))


@require_http_methods(_METHODS)
def domain_access(request: HttpRequest, domain_id: int) -> HttpResponse:
    """Show and change who was admitted to a domain."""
    domain = found_or_404(visible_domain(signed_in(request), domain_id))
    return _access(request, domain, "assets/domain_access.html", {"domain": domain})


@require_http_methods(_METHODS)
def source_access(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show and change who was admitted to a source."""
    source = found_or_404(visible_source(signed_in(request), source_id))
    return _access(request, source, "assets/source_access.html", {"source": source})


def _access(
    request: HttpRequest, thing: Asset | Domain | Source, template: str, context: dict[str, Any]
) -> HttpResponse:
    require(may_admit(signed_in(request), thing))
    if "remove" in request.POST:
        return _shut_out(request, thing)
    form = AdmissionForm(request.POST or None)
    if request.method == "POST" and _admit(request, thing, form):
        return redirect(request.path)
    context |= {"form": form, "admissions": admissions(thing)}
    return page(request, template, context, status=422 if form.errors else 200)


def _admit(request: HttpRequest, thing: Asset | Domain | Source, form: AdmissionForm) -> bool:
    if not form.is_valid():
        return False
    holder = form.cleaned_data["holder"]
    try:
        admit(thing=thing, holder=holder, by=signed_in(request))
    except Conflict as error:
        form.refuse(error)
        return False
    messages.success(request, f"{holder} may see {thing} now.")
    return True


def _shut_out(request: HttpRequest, thing: Asset | Domain | Source) -> HttpResponse:
    holder = find_holder(request.POST["remove"])
    if holder is None:
        raise Http404
    shut_out(thing=thing, holder=holder, by=signed_in(request))
    messages.success(request, f"{holder} no longer sees {thing}.")
    return redirect(request.path)
