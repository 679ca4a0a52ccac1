"""Domains: cards, one domain, making and changing them."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.assets.actions import DomainFacts, change_domain, make_domain, remove_domain, set_privacy
from catalog.assets.forms import DomainForm, NewDomainForm
from catalog.assets.policies import may_manage_domains, may_run_domain
from catalog.assets.queries.assets import in_lists
from catalog.assets.queries.domains import assets_of_domain, domain_cards, undescribed, visible_domain
from catalog.assets.queries.owners import owners_of_domain
from catalog.assets.tables import AssetTable
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import found_or_404, page

_FORM = ["GET", "HEAD", "POST"]


@require_safe
def domains(request: HttpRequest) -> HttpResponse:
    """Show the domains that the person may know of."""
    person = signed_in(request)
    context = {"cards": domain_cards(person), "may_make": may_manage_domains(person)}
    return page(request, "assets/domains.html", context)


@require_safe
def domain(request: HttpRequest, domain_id: int) -> HttpResponseBase:
    """Show a domain with its assets whose name or description holds ?q=; ?undescribed=1 keeps those without words."""
    person = signed_in(request)
    found = found_or_404(visible_domain(person, domain_id))
    assets, wanted = assets_of_domain(person, found), request.GET.get("q", "").strip()
    rows = in_lists(undescribed(assets) if "undescribed" in request.GET else assets).order_by("path")
    if wanted:
        rows = rows.filter(Q(path__icontains=wanted) | Q(shown_text__icontains=wanted))
    table = AssetTable(rows, request=request, exclude=("domain",))
    if wants_csv(request):
        return csv_of(table, f"{found.slug} assets")
    context = {
        "domain": found,
        "owners": owners_of_domain(found),
        "table": table,
        "filter": wanted,
        "only_undescribed": "undescribed" in request.GET,
        "may_run": may_run_domain(person, found),
        "may_manage": may_manage_domains(person),
    }
    return page(request, "assets/domain.html", context, fragment="ui/table.html")


@require_http_methods(_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Make a domain."""
    person = signed_in(request)
    require(may_manage_domains(person))
    form = NewDomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_domain(facts=_facts(form), is_private=form.cleaned_data["is_private"], by=person)
        except (Conflict, Invalid) as error:
            form.refuse(error)
        else:
            messages.success(request, f"The domain {made} is made. Name its owners next.")
            return redirect("assets:domain_owners", made.pk)
    return page(request, "assets/domain_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(_FORM)
def edit(request: HttpRequest, domain_id: int) -> HttpResponse:
    """Rename or describe a domain."""
    person = signed_in(request)
    found = found_or_404(visible_domain(person, domain_id))
    require(may_run_domain(person, found))
    form = DomainForm(request.POST or None, initial={"name": found.name, "description": found.description})
    if request.method == "POST" and form.is_valid():
        try:
            change_domain(domain=found, facts=_facts(form), by=person)
        except (Conflict, Invalid) as error:
            form.refuse(error)
        else:
            messages.success(request, "The domain is saved.")
            return redirect("assets:domain", found.pk)
    context = {"domain": found, "form": form, "may_manage": may_manage_domains(person)}
    return page(request, "assets/domain_edit.html", context, status=422 if form.errors else 200)


@require_POST
def privacy(request: HttpRequest, domain_id: int) -> HttpResponse:
    """Make a domain private, or open it."""
    found = found_or_404(visible_domain(signed_in(request), domain_id))
    is_private = request.POST.get("is_private") == "yes"
    number = set_privacy(domain=found, is_private=is_private, by=signed_in(request))
    messages.success(request, f"{found} and its {number} assets are {'private' if is_private else 'open'} now.")
    return redirect("assets:domain_access" if is_private else "assets:domain", found.pk)


@require_POST
def remove(request: HttpRequest, domain_id: int) -> HttpResponse:
    """Remove a domain."""
    found = found_or_404(visible_domain(signed_in(request), domain_id))
    remove_domain(domain=found, by=signed_in(request))
    messages.success(request, f"The domain {found.name} is removed.")
    return redirect("assets:domains")


def _facts(form: DomainForm) -> DomainFacts:
    return DomainFacts(name=form.cleaned_data["name"], description=form.cleaned_data["description"])
