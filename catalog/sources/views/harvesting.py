"""When a source is harvested and within which limits."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from catalog.sources import actions
from catalog.sources.forms import LimitsForm, ScheduleForm
from catalog.sources.models import Source
from catalog.sources.schedules import next_times
from catalog.sources.views.manageable import manageable, status_of
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import page


@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, source_id: int) -> HttpResponse:
    """Say when the source is harvested; the next times are shown before it is saved."""
    source = manageable(request, source_id)
    form = ScheduleForm(request.POST or None, instance=source)
    times: list[datetime] = _stored_times(source_id) if not form.is_bound else _planned(form)
    if request.method == "POST" and request.POST.get("do") != "preview" and form.is_valid():
        try:
            actions.schedule(source, by=signed_in(request), **form.facts)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, "The schedule is changed.")
            return redirect("sources:detail", source_id)
    zone = form["harvest_time_zone"].value() if times else ""
    context = {"form": form, "times": times, "zone": zone, "source_id": source_id, "name": _name(source_id)}
    return page(request, "sources/schedule.html", context, fragment="sources/_times.html", status=status_of(form))


@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest, source_id: int) -> HttpResponse:
    """Set within which limits the source is harvested."""
    source = manageable(request, source_id)
    form = LimitsForm(request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_limits(source, by=signed_in(request), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, "The limits are changed.")
            return redirect("sources:detail", source_id)
    context = {"form": form, "source_id": source_id, "name": _name(source_id)}
    return page(request, "sources/limits.html", context, status=status_of(form))


def _planned(form: ScheduleForm) -> list[datetime]:
    """Return the next times of what is typed; what is wrong goes to its field."""
    if not form.is_valid():
        return []
    facts: dict[str, Any] = form.facts
    try:
        return next_times(Source(**facts), clock.now())
    except DomainError as error:
        form.refuse(error)
        return []


def _stored_times(source_id: int) -> list[datetime]:
    try:
        return next_times(Source.objects.get(pk=source_id), clock.now())
    except DomainError:  # told at its field when it is saved
        return []


def _name(source_id: int) -> str:
    """Return the stored name: a form may have changed the object at hand."""
    return Source.objects.values_list("name", flat=True).get(pk=source_id)
