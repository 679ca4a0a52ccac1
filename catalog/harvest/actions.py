"""Starting, stopping and repeating harvests."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from catalog.harvest.models import Run
from catalog.harvest.policies import may_run
from catalog.sources.models import Source
from catalog.sources.schedules import next_time
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock, jobs
from portal.kit.errors import Conflict, Invalid
from portal.kit.logs import get_logger
from portal.kit.models import UNFINISHED, JobState
from portal.kit.people import Person
from portal.kit.policies import require

log = get_logger(__name__)
TASK = "harvest.run"
STARTED = register("harvest.started", "started harvest {run} of {object}")
STOPPED = register("harvest.stopped", "asked harvest {run} of {object} to stop")


def start(source: Source, *, by: Person, trigger: Run.Trigger = Run.Trigger.PERSON) -> Run:
    """Queue a harvest of the source; raise Conflict while another one of it is unfinished or the source is off."""
    require(may_run(by))
    return _start(source, by=by, trigger=trigger)


def retry(run: Run, *, by: Person) -> Run:
    """Queue a new harvest of the source of a finished run; raise Conflict as `start` does."""
    require(may_run(by))
    if not run.job.is_finished:
        raise Conflict("This run has not finished yet.")
    # What somebody approved stays approved when applying it failed.
    about = run.about if run.job.state == JobState.FAILED and run.kind == Run.Kind.HARVEST else None
    return _start(run.source, by=by, trigger=Run.Trigger.RETRY, about=about)


def cancel(run: Run, *, by: Person) -> None:
    """Ask a run to stop after the schema at hand; raise Conflict when it has finished."""
    require(may_run(by))
    with transaction.atomic():
        jobs.cancel(run.job, by=by)
        record(STOPPED, by=by, obj=run.source, details={"run": run.pk})


def replay(source_id: int, *, by: Person, only_schemas: list[str] | None) -> Run:
    """Queue what failed before, of all or only some schemas; raise Conflict as `start` does or when the source went.

    Schemas join a replay of the same source that no worker has begun.
    """
    require(may_run(by))
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise Conflict("The source has been deleted, so there is nothing to harvest. Discard this letter.")
    with transaction.atomic():
        if only_schemas and (waiting := _joined(source, only_schemas)):
            return waiting
        return _start(source, by=by, trigger=Run.Trigger.REPLAY, only_schemas=only_schemas)


def _joined(source: Source, schemas: list[str]) -> Run | None:
    """Under the job's row lock: a worker that takes it waits for us, and then reads what we have written."""
    unbegun = Run.objects.filter(job__state=JobState.QUEUED, job__attempts=0, only_schemas__isnull=False)
    rows = unbegun.filter(source=source, trigger=Run.Trigger.REPLAY, kind=Run.Kind.HARVEST)
    run = rows.select_related("job").select_for_update(of=("self", "job")).first()
    if run:
        run.only_schemas = sorted({*(run.only_schemas or []), *schemas})
        run.save(update_fields=["only_schemas"])
    return run


def start_due() -> list[Run]:
    """Queue what the schedule asks for and set the next time; a source that is still being harvested waits its turn.

    What was missed while nothing ran, however often, is made up for by one run.
    """
    scheduled = Source.objects.filter(~Q(harvest_cron="") | Q(harvest_every_minutes__isnull=False), is_enabled=True)
    for source in scheduled.filter(next_harvest_at=None):
        Source.objects.filter(pk=source.pk, next_harvest_at=None).update(next_harvest_at=_following(source))
    return [run for source in scheduled.filter(next_harvest_at__lte=clock.now()) if (run := _start_when_due(source))]


def _start_when_due(source: Source) -> Run | None:
    with transaction.atomic():
        # Whoever moves the time on is the one who starts it: two schedules at once start one run.
        due = Source.objects.filter(pk=source.pk, next_harvest_at=source.next_harvest_at)
        if not due.update(next_harvest_at=_following(source)):
            return None
        with suppress(Conflict):  # still being harvested, or switched off a moment ago
            return _start(source, by=None, trigger=Run.Trigger.SCHEDULE)
        return None


def _following(source: Source) -> datetime | None:
    try:
        return next_time(source, clock.now())
    except Invalid as error:  # of a schedule stored before a calendar or zone went away
        log.warning("schedule_unusable", source=source.pk, error=error.message)
        return None


def priority_of(source: Source, trigger: Run.Trigger) -> int:
    """Return the priority of a run, 0 before 9: the source's, and what people wait for before what the clock asks."""
    return source.priority - (trigger != Run.Trigger.SCHEDULE)


def _unfinished(source: Source) -> bool:
    return Run.objects.filter(source=source, job__state__in=UNFINISHED).exists()


@transaction.atomic
def _start(
    source: Source,
    *,
    by: Person | None,
    trigger: Run.Trigger,
    only_schemas: list[str] | None = None,
    about: Run | None = None,
) -> Run:
    """Under the source's row lock, so that there is never a second unfinished run."""
    locked = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if not locked.is_enabled:
        raise Conflict("This source is switched off. Switch it on first.", code="source_off")
    if _unfinished(locked):
        raise Conflict("A harvest of this source is already waiting or running.", code="already_running")
    priority = priority_of(locked, trigger)
    job = jobs.start(kind="harvest", subject=locked.name, task=TASK, by=by, priority=priority)
    run = Run.objects.create(source=locked, job=job, trigger=trigger, only_schemas=only_schemas, about=about)
    record(STARTED, by=by, obj=locked, details={"run": run.pk, "trigger": trigger})
    return run
