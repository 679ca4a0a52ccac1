"""Adding, changing, testing and deleting sources."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from catalog.sources import actions, queries, requirements
from catalog.sources.engines import choice
from catalog.sources.forms import DeletionForm, SourceForm
from catalog.sources.models import Source
from catalog.sources.policies import MANAGE
from catalog.sources.reports import Report
from catalog.sources.views.manageable import WHY, manageable, status_of
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import needs, page


@needs(MANAGE, WHY)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose an engine, then add a source of it, tested first."""
    key = request.GET.get("engine", "")
    if not key:
        return _choose_engine(request)
    form = SourceForm(request.POST or None, instance=requirements.begin(key))
    if request.POST.get("do") == "test":
        return _tried(request, form, None)
    if request.method == "POST" and form.is_valid():
        try:
            source = actions.create(by=signed_in(request), engine=key, **form.facts)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"The source {source} is stored.")
            return redirect("sources:detail", source.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, source_id: int) -> HttpResponse:
    """Change a source; an empty password leaves the stored one."""
    source = manageable(request, source_id)
    form = SourceForm(request.POST or None, instance=source)
    if request.POST.get("do") == "test":
        return _tried(request, form, source)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, source, form.facts)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, "The source is changed.")
            return redirect("sources:detail", source.pk)
    return _form_page(request, form, source)


@require_POST
def test(request: HttpRequest, source_id: int) -> HttpResponse:
    """Test the stored connection."""
    source = manageable(request, source_id)
    report = actions.test_connection(source, by=signed_in(request))
    return page(request, "sources/test.html", {"source": source, "report": report}, fragment="sources/_report.html")


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, source_id: int) -> HttpResponse:
    """Delete a source after its name was typed."""
    source = manageable(request, source_id)
    form = DeletionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delete(source, by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"The source {source} and all that was harvested from it are deleted.")
            return redirect("sources:list")
    return page(request, "sources/delete.html", {"source": source, "form": form}, status=status_of(form))


def _choose_engine(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    context = {"families": choice.by_family(text), "text": text, "is_unanswered": request.method == "POST"}
    status = 422 if request.method == "POST" else 200
    return page(request, "sources/engines.html", context, fragment="sources/_engines.html", status=status)


def _change(request: HttpRequest, source: Source, facts: dict[str, Any]) -> None:
    by = signed_in(request)
    is_private = facts.pop("is_private")
    actions.change(source, by=by, **facts)
    actions.set_privacy(source, by=by, is_private=is_private)


def _tried(request: HttpRequest, form: SourceForm, source: Source | None) -> HttpResponse:
    """Test what the form holds, and store nothing."""
    report = None
    if form.is_valid():
        try:
            candidate = actions.draft(source, **_engine(form, source), **form.facts)
            requirements.check(candidate)
            report = actions.test_connection(candidate, by=signed_in(request))
        except DomainError as error:
            report = Report(error=error)
    return _form_page(request, form, source, report=report, fragment="sources/_tried.html")


def _engine(form: SourceForm, source: Source | None) -> dict[str, str]:
    return {} if source else {"engine": form.engine.key}


def _form_page(
    request: HttpRequest, form: SourceForm, source: Source | None, *, report: Report | None = None, fragment: str = ""
) -> HttpResponse:
    stored = queries.visible_source(signed_in(request), source.pk) if source else None  # the form has changed `source`
    context = {"form": form, "engine": form.engine, "source": stored, "report": report}
    return page(request, "sources/form.html", context, fragment=fragment, status=status_of(form))
