"""Who answers for an asset or a domain: pages to name and dismiss them, and the suggestions they use."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from catalog.assets.actions import dismiss_owner, name_owner
from catalog.assets.forms import OwnerForm
from catalog.assets.holders import key_of, suggestions
from catalog.assets.models import Asset, Domain
from catalog.assets.policies import may_name_owners
from catalog.assets.queries.domains import visible_domain
from catalog.assets.queries.owners import owners_of_domain
from catalog.assets.views.frame import asset_or_404, framed
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.web import found_or_404, needs, page


@require_http_methods(["GET", "HEAD", "POST"])
def asset_owners(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Show the owners of an asset; POST names one, or dismisses the one in `dismiss`."""
    asset = asset_or_404(request, asset_id)
    decision = may_name_owners(signed_in(request), asset)
    if request.method == "POST":
        require(decision)  # before anybody is looked up
    if "dismiss" in request.POST:
        return _dismiss(request, asset)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and _name(request, asset, form):
        return redirect("assets:owners", asset.pk)
    context = framed(request, asset, form=form, decision=decision)
    return page(request, "assets/owners.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def domain_owners(request: HttpRequest, domain_id: int) -> HttpResponse:
    """Show the owners of a domain; POST names one, or dismisses the one in `dismiss`."""
    person = signed_in(request)
    domain = found_or_404(visible_domain(person, domain_id))
    decision = may_name_owners(person, domain)
    if request.method == "POST":
        require(decision)  # before anybody is looked up
    if "dismiss" in request.POST:
        return _dismiss(request, domain)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and _name(request, domain, form):
        return redirect("assets:domain_owners", domain.pk)
    context = {"domain": domain, "owners": owners_of_domain(domain), "form": form, "decision": decision}
    return page(request, "assets/domain_owners.html", context, status=422 if form.errors else 200)


@require_safe
@needs("assets.browse_catalog", "Only people with a role may look up others.")
def holders(request: HttpRequest) -> HttpResponse:
    """Suggest people and teams for ?holder=."""
    people, teams = suggestions(request.GET.get("holder", "")[:200])
    options = [{"label": str(one), "value": key_of(one), "icon": "user", "hint": one.email} for one in people]
    of_teams = [{"label": one.name, "value": key_of(one), "icon": "users"} for one in teams]
    groups = [{"label": "People", "options": options}, {"label": "Teams", "options": of_teams}]
    return render(request, "assets/_holders.html", {"groups": [group for group in groups if group["options"]]})


def _name(request: HttpRequest, thing: Asset | Domain, form: OwnerForm) -> bool:
    if not form.is_valid():
        return False
    holder = form.cleaned_data["holder"]
    try:
        row = name_owner(thing=thing, role=form.cleaned_data["role"], holder=holder, by=signed_in(request))
    except (Conflict, Invalid) as error:
        form.refuse(error)
        return False
    messages.success(request, f"{holder} is now {row.get_role_display().lower()}.")
    return True


def _dismiss(request: HttpRequest, thing: Asset | Domain) -> HttpResponse:
    number = request.POST["dismiss"]
    row = found_or_404(thing.ownerships.filter(pk=int(number)).first() if number.isdecimal() else None)
    dismiss_owner(ownership=row, by=signed_in(request))
    messages.success(request, f"{row.person or row.team} is no longer {row.get_role_display().lower()}.")
    view = "assets:owners" if isinstance(thing, Asset) else "assets:domain_owners"
    return redirect(reverse(view, args=[thing.pk]))
