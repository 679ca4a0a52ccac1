"""Inspecting servers: what they can do and how the line is protected, kept for the page and for later decisions."""

from datetime import timedelta

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerDown

from catalog.sources.engines import Inspection, engine_of
from catalog.sources.models import ServerReport, Source
from catalog.sources.policies import may_manage
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.logs import get_logger
from portal.kit.people import Person
from portal.kit.policies import require

TASK = "sources.inspect"
EVERY = timedelta(days=1)
INSPECTED = register("source.inspected", "inspected the server of {object}: {outcome}")
log = get_logger(__name__)


def inspect(source: Source, *, by: Person | None) -> ServerReport:
    """Look at the server, bounded in time by the engine's door, and keep what was found; nobody asks: the system.

    A failure is kept in `error`, beside what was found before.
    """
    if by is not None:
        require(may_manage(by))
    now = clock.now()
    try:
        found = engine_of(source).reach().inspect(source)
    except DomainError as error:
        facts = {"error": error.message, "inspected_at": now}
        outcome = f"failed ({error.code})"
    else:
        facts = _facts(found) | {"error": "", "inspected_at": now}
        outcome = found.server
    with transaction.atomic():
        report, _ = ServerReport.objects.update_or_create(source=source, defaults=facts)
        if by is not None:
            record(INSPECTED, by=by, obj=source, details={"outcome": outcome})
    return report


def is_due(source_id: int) -> bool:
    """Return whether the last inspection is a day old, or there was none."""
    return not ServerReport.objects.filter(source=source_id, inspected_at__gt=clock.now() - EVERY).exists()


def ask_when_due(source_id: int) -> bool:
    """Have a worker inspect the server after this transaction, at most once a day; return whether it was asked for."""
    if not is_due(source_id):
        return False
    transaction.on_commit(lambda: _send(source_id))
    return True


def _send(source_id: int) -> None:
    try:
        current_app.send_task(TASK, [source_id])
    except BrokerDown:  # the next harvest asks again
        log.warning("broker_down", source=source_id)


def _facts(found: Inspection) -> dict[str, object]:
    return {"server": found.server[:200], "tls": dict(found.tls), "capabilities": dict(found.capabilities)}
