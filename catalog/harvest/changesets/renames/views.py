"""The page on which somebody decides whether two things are the same."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from catalog.harvest.changesets.policies import may_review
from catalog.harvest.changesets.renames import deciding, queries
from catalog.harvest.models import Rename
from portal.kit.errors import Conflict
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.web import found_or_404, page


@require_safe
def rename(request: HttpRequest, rename_id: int) -> HttpResponse:
    """Show both sides, what speaks for it, what else is offered and what would be carried over."""
    person, offer = signed_in(request), _rename(request, rename_id)
    is_open = offer.state == Rename.State.OFFERED
    context = {
        "rename": offer,
        "is_open": is_open,
        "alternatives": queries.alternatives_to(person, offer) if is_open else [],
        "carried": queries.preview(offer) if is_open else [],
    }
    return page(request, "harvest/changesets/rename.html", context)


@require_POST
def decide_rename(request: HttpRequest, rename_id: int) -> HttpResponse:
    """Accept or reject an offer."""
    person, offer = signed_in(request), _rename(request, rename_id)
    try:
        wanted = request.POST.get("decision")
        if wanted == "accept":
            asset = deciding.accept(offer, by=person)
            messages.success(request, f"{asset.name} has everything that people said under the old name.")
            return redirect("assets:detail", asset.pk)
        if wanted == "reject":
            deciding.reject(offer, by=person)
            messages.success(request, "Noted: these are two different things.")
        else:
            messages.warning(request, "Nothing was decided: say whether the two are the same.")
    except Conflict as error:
        messages.warning(request, error.message)
    return redirect("harvest:rename", offer.pk)


def _rename(request: HttpRequest, rename_id: int) -> Rename:
    person = signed_in(request)
    require(may_review(person))
    return found_or_404(queries.visible_renames(person).filter(pk=rename_id).first())
