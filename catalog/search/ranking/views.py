"""What comes first: the weights, other ones tried on real queries, and their history."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from catalog.search.models import Weighting
from catalog.search.ranking import actions, in_effect
from catalog.search.ranking.forms import WeightsForm
from catalog.search.ranking.policies import TUNE
from catalog.search.ranking.presenters import entries
from catalog.search.ranking.preview import Preview, preview
from catalog.search.ranking.queries import history, recent_texts
from portal.kit.errors import Invalid
from portal.kit.people import Person, signed_in
from portal.kit.web import needs, page

_WHY = "Only administrators may change what comes first in search."
_ENTRIES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs(TUNE, _WHY)
def ranking(request: HttpRequest) -> HttpResponse:
    """Show the weights; try others on recent queries, or save them."""
    person = signed_in(request)
    texts = recent_texts(person)
    form = WeightsForm(request.POST or None, weights=in_effect())
    tried = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "save":
            if _save(form, person):
                messages.success(request, "The weights are saved and in effect.")
                return redirect("search:ranking")
        else:
            tried = _try(form, person, texts)
    context = {"form": form, "asked": len(texts), "tried": tried, "entries": entries(history()[:_ENTRIES])}
    return page(request, "search/ranking/ranking.html", context, status=422 if form.errors else 200)


def _save(form: WeightsForm, person: Person) -> bool:
    try:
        actions.weigh(weights=form.weights, note=form.cleaned_data["note"], by=person)
    except Invalid as error:
        form.refuse(error)
        return False
    return True


def _try(form: WeightsForm, person: Person, texts: list[str]) -> Preview:
    return preview(person, [*form.own_queries, *texts], in_effect(), form.weights)


@require_POST
@needs(TUNE, _WHY)
def restore(request: HttpRequest, weighting_id: int) -> HttpResponse:
    """Put an earlier weighting into effect again."""
    weighting = get_object_or_404(Weighting, pk=weighting_id)
    return _restored(request, lambda person: actions.restore(weighting=weighting, by=person))


@require_POST
@needs(TUNE, _WHY)
def restore_defaults(request: HttpRequest) -> HttpResponse:
    """Put the defaults into effect again."""
    return _restored(request, lambda person: actions.restore_defaults(by=person))


def _restored(request: HttpRequest, restoring: Callable[[Person], Weighting]) -> HttpResponse:
    try:
        restoring(signed_in(request))
    except Invalid as error:
        messages.info(request, error.message)
    else:
        messages.success(request, "They are in effect again.")
    return redirect("search:ranking")
