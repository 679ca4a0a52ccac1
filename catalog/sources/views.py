"""The pages of sources."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.sources import actions, queries, registry
from catalog.sources.forms import DeletionForm, SourceForm
from catalog.sources.models import Source
from catalog.sources.policies import MANAGE, may_manage
from catalog.sources.reports import Report
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.policies import require
from portal.kit.web import found_or_404, needs, page, paged

_WHY = "Only engineers and administrators manage sources."


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the sources that the person may know of."""
    person = signed_in(request)
    sources = paged(request, queries.visible_sources(person))
    facts = registry.facts_about(person, sources)
    rows = [(source, [by_id.get(source.pk) for by_id in facts.values()]) for source in sources]
    may = bool(may_manage(person))
    return page(request, "sources/list.html", {"page": sources, "rows": rows, "labels": list(facts), "may_manage": may})


@require_safe
def detail(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show one source; how it is reached only to those who manage it."""
    person = signed_in(request)
    source = found_or_404(queries.visible_source(person, source_id))
    context = {
        "source": source,
        "facts": [(label, by_id.get(source.pk)) for label, by_id in registry.facts_about(person, [source]).items()],
        "panels": registry.panels_for(request, source),
        "may_manage": bool(may_manage(person)),
    }
    return page(request, "sources/detail.html", context)


@needs(MANAGE, _WHY)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a source, tested first."""
    form = SourceForm(request.POST or None)
    if request.POST.get("do") == "test":
        return _tried(request, form, None)
    if request.method == "POST" and form.is_valid():
        try:
            source = actions.create(by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"The source {source} is stored.")
            return redirect("sources:detail", source.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, source_id: int) -> HttpResponse:
    """Change a source; an empty password leaves the stored one."""
    source = _manageable(request, source_id)
    form = SourceForm(request.POST or None, instance=source)
    if request.POST.get("do") == "test":
        return _tried(request, form, source)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, source, form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, "The source is changed.")
            return redirect("sources:detail", source.pk)
    return _form_page(request, form, source)


@require_POST
def test(request: HttpRequest, source_id: int) -> HttpResponse:
    """Test the stored connection."""
    source = _manageable(request, source_id)
    report = actions.test_connection(source, by=signed_in(request))
    return page(request, "sources/test.html", {"source": source, "report": report}, fragment="sources/_report.html")


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, source_id: int) -> HttpResponse:
    """Delete a source after its name was typed."""
    source = _manageable(request, source_id)
    form = DeletionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delete(source, by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"The source {source} and all that was harvested from it are deleted.")
            return redirect("sources:list")
    return page(request, "sources/delete.html", {"source": source, "form": form}, status=_status(form))


def _manageable(request: HttpRequest, source_id: int) -> Source:
    person = signed_in(request)
    source = found_or_404(queries.visible_source(person, source_id))
    require(may_manage(person))
    return source


def _change(request: HttpRequest, source: Source, values: dict[str, Any]) -> None:
    by = signed_in(request)
    facts = values | {}
    is_private, minutes = facts.pop("is_private"), facts.pop("harvest_every_minutes")
    actions.change(source, by=by, **facts)
    actions.schedule(source, by=by, minutes=minutes)
    actions.set_privacy(source, by=by, is_private=is_private)


def _tried(request: HttpRequest, form: SourceForm, source: Source | None) -> HttpResponse:
    """Test what the form holds, and store nothing."""
    report = None
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in actions.EDITABLE}
        try:
            candidate = actions.draft(source, password=form.cleaned_data["password"], **facts)
            report = actions.test_connection(candidate, by=signed_in(request))
        except DomainError as error:
            report = Report(error=error)
    return _form_page(request, form, source, report=report, fragment="sources/_tried.html")


def _form_page(
    request: HttpRequest, form: SourceForm, source: Source | None, *, report: Report | None = None, fragment: str = ""
) -> HttpResponse:
    stored = queries.visible_source(signed_in(request), source.pk) if source else None  # the form has changed `source`
    context = {"form": form, "source": stored, "report": report}
    return page(request, "sources/form.html", context, fragment=fragment, status=_status(form))


def _status(form: SourceForm | DeletionForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
