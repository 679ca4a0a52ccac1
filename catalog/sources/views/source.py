"""The page of a source."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from catalog.sources import capabilities, inspections, queries, registry, requirements
from catalog.sources.engines.registry import Engine, all_engines
from catalog.sources.health import certificate_days, expiry_of, standings
from catalog.sources.models import Source
from catalog.sources.policies import may_manage
from catalog.sources.schedules import next_times
from catalog.sources.views.manageable import manageable
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.people import signed_in
from portal.kit.web import found_or_404, page


@require_safe
def detail(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show one source; how it is reached and what its server can do only to those who manage it."""
    person = signed_in(request)
    source = found_or_404(queries.visible_source(person, source_id))
    standing = standings(person, [source])[source.pk]
    may = bool(may_manage(person))
    context = {
        "source": source,
        "standing": standing,
        "facts": [(label, by_id.get(source.pk)) for label, by_id in registry.facts_about(person, [source]).items()],
        "counts": [(label, numbers.get(source.pk, 0)) for label, numbers in registry.counts_for(person).items()],
        "panels": registry.panels_for(request, source),
        "times": _times(source),
        "may_manage": may,
    }
    return page(request, "sources/detail.html", context | (_for_managers(source, standing.report) if may else {}))


@require_POST
def inspect(request: HttpRequest, source_id: int) -> HttpResponse:
    """Look at the server again; the door is bounded in time."""
    source = manageable(request, source_id)
    report = inspections.inspect(source, by=signed_in(request))
    if report.error:
        messages.warning(request, f"The server could not be inspected: {report.error}")
    else:
        messages.success(request, "The server is inspected.")
    return redirect("sources:detail", source.pk)


def _for_managers(source: Source, report: Any) -> dict[str, Any]:
    engine = next((one for one in all_engines() if one.key == source.engine), None)
    now = clock.now()
    return {
        "engine": engine,
        "address": _address(source, engine) if engine else [],
        "report": report,
        "lines": capabilities.lines(report.capabilities) if report else [],
        "certificate_days": certificate_days(report, now),
        "secret_ends": expiry_of(source, report),
    }


def _address(source: Source, engine: Engine) -> list[tuple[str, str]]:
    """Return label and value of what is filled in of the engine's facts and options."""
    names = [name for name in engine.address if name not in ("password", "tls")]
    facts = [(requirements.label_of(engine, name), getattr(source, name)) for name in names]
    facts += [(option.label, source.options.get(option.name)) for option in engine.options]
    return [(label, str(value)) for label, value in facts if value not in ("", None)]


def _times(source: Source) -> list[Any]:
    try:
        return next_times(source, clock.now())
    except DomainError:
        return []
