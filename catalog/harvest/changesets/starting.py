"""Queueing runs of other kinds than the plain harvest, under the same lock: never two at once at a source."""

from django.db import transaction

from catalog.harvest.actions import TASK, priority_of
from catalog.harvest.models import Run
from catalog.sources.models import Source
from portal.kit import jobs
from portal.kit.errors import Conflict
from portal.kit.models import UNFINISHED
from portal.kit.people import Person

UNDO_TASK = "harvest.undo"


def lock_idle(source_id: int) -> Source:
    """Lock the source's row and return it; raise Conflict while a run of it is unfinished."""
    source = Source.objects.select_for_update(of=("self",)).get(pk=source_id)
    if Run.objects.filter(source=source, job__state__in=UNFINISHED).exists():
        raise Conflict("A harvest of this source is waiting or running. Try again when it is done.", code="running")
    return source


@transaction.atomic
def queue(
    source_id: int,
    *,
    by: Person,
    kind: Run.Kind,
    trigger: Run.Trigger = Run.Trigger.PERSON,
    about: Run | None = None,
    reason: str = "",
) -> Run:
    """Queue a run; raise Conflict while another is unfinished or, unless it only undoes, the source is off."""
    source = lock_idle(source_id)
    if kind != Run.Kind.UNDO and not source.is_enabled:
        raise Conflict("This source is switched off. Switch it on first.", code="source_off")
    is_undo = kind == Run.Kind.UNDO
    job = jobs.start(
        kind="undo" if is_undo else "harvest",
        subject=source.name,
        task=UNDO_TASK if is_undo else TASK,
        by=by,
        priority=priority_of(source, trigger),
    )
    only = about.only_schemas if about and not is_undo else None
    return Run.objects.create(
        source=source, job=job, kind=kind, trigger=trigger, about=about, reason=reason, only_schemas=only
    )
