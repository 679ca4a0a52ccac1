"""The pages of one's saved searches."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.search.models import SavedSearch
from catalog.search.saved import actions, queries
from catalog.search.saved.forms import SaveForm, WishForm
from portal.kit import mail
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, page

_DELETED = "saved_search_deleted"
_LONGEST_PROPOSAL = 60


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List one's saved searches with what is new in them."""
    person = signed_in(request)
    rows = queries.rows(person, queries.of(person))
    deleted = request.session.get(_DELETED)
    context = {"rows": rows, "deleted": deleted["name"] if deleted else "", "mail_is_on": mail.is_on()}
    return page(request, "search/saved/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Keep the search whose parameters the address holds."""
    query = queries.kept(QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET)
    proposal = {"query": query, "name": queries.words_of(query)[:_LONGEST_PROPOSAL]}
    form = SaveForm(request.POST) if request.method == "POST" else SaveForm(initial=proposal)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save(by=signed_in(request), query=query, wish=form.wish)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"“{saved.name}” is saved.")
            return redirect(queries.address_of(saved))
    same = queries.of(signed_in(request)).filter(query=query).first()
    context = {"form": form, "query": query, "text": queries.words_of(query), "same": same}
    return page(request, "search/saved/new.html", context, status=422 if form.errors else 200)


@require_safe
def opened(request: HttpRequest, search_id: int) -> HttpResponse:
    """Go on to the results; from then on nothing is new."""
    search = _search(request, search_id)
    if request.method == "GET":
        actions.look(search, by=signed_in(request))
    return redirect(queries.address_of(search))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, search_id: int) -> HttpResponse:
    """Rename a search and change how it tells."""
    search = _search(request, search_id)
    before = {"name": search.name, "tells": search.tells, "by_mail": search.by_mail}
    form = WishForm(request.POST) if request.method == "POST" else WishForm(initial=before)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(search, by=signed_in(request), wish=form.wish)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"“{search.name}” is changed.")
            return redirect("search:saved")
    context = {"form": form, "name": before["name"], "search": search, "text": queries.words_of(search.query)}
    return page(request, "search/saved/edit.html", context, status=422 if form.errors else 200)


@require_POST
def delete(request: HttpRequest, search_id: int) -> HttpResponse:
    """Delete a search; the list offers to bring it back."""
    search = _search(request, search_id)
    request.session[_DELETED] = actions.delete(search, by=signed_in(request))
    return redirect("search:saved")


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring back what was deleted last in this session."""
    facts = request.session.get(_DELETED)
    if facts:
        try:
            saved = actions.restore(facts, by=signed_in(request))
        except DomainError as error:
            messages.warning(request, error.message)
        else:
            del request.session[_DELETED]
            messages.success(request, f"“{saved.name}” is back.")
    return redirect("search:saved")


def _search(request: HttpRequest, search_id: int) -> SavedSearch:
    return found_or_404(queries.one_of(signed_in(request), search_id))
