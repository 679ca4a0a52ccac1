"""The dictionary: looked at by everybody, kept by stewards."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.search.dictionary import actions, importing, queries
from catalog.search.dictionary.forms import EntryForm, FilterForm, ImportForm, TryForm, form_of_entry
from catalog.search.dictionary.policies import EDIT, may_edit
from catalog.search.dictionary.tables import EntryTable
from catalog.search.dictionary.trying import explain
from catalog.search.models import Equivalence
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import found_or_404, needs, page

_WHY_NOT = "Stewards keep the dictionary."
_HELD = "dictionary_import"  # in the session, between looking at a file and adding it


@require_safe
def entries(request: HttpRequest) -> HttpResponseBase:
    """List the entries; ?query= explains a query, ?format=csv gives them all."""
    asked, tried = FilterForm(request.GET), TryForm(request.GET)
    asked.is_valid()
    found = queries.entries(asked.cleaned_data.get("q", ""), asked.cleaned_data.get("kind", ""))
    table = EntryTable(found, request=request)
    if wants_csv(request):
        return csv_of(table, "search dictionary")
    text = tried.cleaned_data["query"] if tried.is_valid() else ""
    is_editor = bool(may_edit(signed_in(request)))
    context = {
        "table": table,
        "asked": asked,
        "tried_form": tried,
        "tried": explain(text) if text else None,
        "may_edit": is_editor,
        "missing": len(queries.missing_defaults()) if is_editor else 0,
        "removed": _removed(request) if is_editor else None,
    }
    return page(request, "search/dictionary/list.html", context, fragment="ui/table.html")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EDIT, _WHY_NOT)
def new(request: HttpRequest) -> HttpResponse:
    """Add an entry."""
    form = EntryForm(request.POST or None, initial={"short": request.GET.get("short", "")[:60]})
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add(facts=form.facts, by=signed_in(request))
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{added} is in the dictionary. Search knows it from now on.")
            return redirect("search:dictionary")
    return page(request, "search/dictionary/entry.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EDIT, _WHY_NOT)
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Show an entry with its history, and change it."""
    stored = _entry(entry_id)
    form = EntryForm(request.POST) if request.method == "POST" else form_of_entry(stored)
    if request.method == "POST" and form.is_valid():
        try:
            seen = _moment(form.cleaned_data["seen"])
            changed = actions.change(entry=stored, facts=form.facts, by=signed_in(request), seen=seen)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{changed} is what the dictionary says now.")
            return redirect("search:dictionary")
    context = {"form": form, "entry": stored, "history": queries.history(stored)}
    return page(request, "search/dictionary/entry.html", context, status=422 if form.errors else 200)


@require_POST
@needs(EDIT, _WHY_NOT)
def remove(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Remove an entry; the list offers to put it back."""
    number = actions.remove(entry=_entry(entry_id), by=signed_in(request))
    return redirect(f"{reverse('search:dictionary')}?{urlencode({'removed': number})}")


@require_POST
@needs(EDIT, _WHY_NOT)
def restore(request: HttpRequest, removed_id: int) -> HttpResponse:
    """Put a removed entry back."""
    found_or_404(queries.removed(removed_id))
    back = actions.restore(history_id=removed_id, by=signed_in(request))
    messages.success(request, f"{back} is back in the dictionary.")
    return redirect("search:dictionary")


@require_POST
@needs(EDIT, _WHY_NOT)
def fill(request: HttpRequest) -> HttpResponse:
    """Add the built-in entries that have never been here."""
    number = actions.add_defaults(by=signed_in(request))
    messages.success(request, f"{number} common abbreviations and synonyms are in the dictionary.")
    return redirect("search:dictionary")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EDIT, _WHY_NOT)
def look_at_file(request: HttpRequest) -> HttpResponse:
    """Say what importing a file would do, line by line."""
    form = ImportForm(request.POST or None, request.FILES or None)
    planned = None
    if request.method == "POST" and form.is_valid():
        try:
            planned = importing.plan(form.cleaned_data["file"])
        except DomainError as error:
            form.refuse(error)
        else:
            request.session[_HELD] = form.cleaned_data["file"]
    context = {"form": form, "plan": planned}
    return page(request, "search/dictionary/import.html", context, status=422 if form.errors else 200)


@require_POST
@needs(EDIT, _WHY_NOT)
def import_file(request: HttpRequest) -> HttpResponse:
    """Add what the file that was looked at says."""
    text = request.session.pop(_HELD, "")
    if not text:
        messages.warning(request, "Choose the file again: what you looked at is no longer here.")
        return redirect("search:dictionary_import")
    number = importing.carry_out(text, by=signed_in(request))
    messages.success(request, f"{number} {'entry' if number == 1 else 'entries'} added.")
    return redirect("search:dictionary")


def _entry(entry_id: int) -> Equivalence:
    return found_or_404(queries.entry(entry_id))


def _removed(request: HttpRequest) -> Any | None:
    number = request.GET.get("removed", "")
    return queries.removed(int(number)) if number.isascii() and number.isdecimal() and len(number) < 19 else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
