"""When a source is harvested, and within which limits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog.sources.actions.rows import check, locked
from catalog.sources.models import Source
from catalog.sources.policies import may_manage
from catalog.sources.schedules import next_time
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock
from portal.kit.errors import Invalid
from portal.kit.people import Person
from portal.kit.policies import require

SCHEDULED = register("source.scheduled", "changed when {object} is harvested")
LIMITED = register("source.limited", "changed the limits within which {object} is harvested")

SCHEDULE = ("harvest_every_minutes", "harvest_cron", "harvest_time_zone", "harvest_calendar", "holidays_of")
LIMITS = (
    "priority",
    "concurrency",
    "statement_timeout_seconds",
    "removal_limit_percent",
    "needs_review",
    "keep_gone_days",
)


def schedule(source: Source, *, by: Person, **facts: Any) -> None:
    """Say when the source is harvested: facts of SCHEDULE, those left out stay; without minutes and cron, by hand.

    Raises Invalid with the field.
    """
    require(may_manage(by))
    with transaction.atomic():
        row = locked(source)
        before = _facts(row, SCHEDULE)
        _put(row, SCHEDULE, facts)
        check_schedule(row)
        check(row)
        if before == _facts(row, SCHEDULE):
            return
        row.next_harvest_at = following(row)
        row.save(update_fields=[*SCHEDULE, "next_harvest_at"])
        record(SCHEDULED, by=by, obj=row, details={"before": before, "after": _facts(row, SCHEDULE)})


def set_limits(source: Source, *, by: Person, **facts: Any) -> None:
    """Set facts of LIMITS; those left out stay. Raises Invalid with the field."""
    require(may_manage(by))
    with transaction.atomic():
        row = locked(source)
        before = _facts(row, LIMITS)
        _put(row, LIMITS, facts)
        check(row)
        changed = [name for name in LIMITS if before[name] != getattr(row, name)]
        if not changed:
            return
        row.save(update_fields=changed)
        after = _facts(row, changed)
        record(LIMITED, by=by, obj=row, details={"before": {name: before[name] for name in changed}, "after": after})


def check_schedule(source: Source) -> None:
    """Raise Invalid, with the field, when no next time can be told."""
    minutes = source.harvest_every_minutes
    if minutes is not None and minutes < 1:
        raise Invalid("Give at least one minute, or nothing.", field="harvest_every_minutes")
    if minutes and source.harvest_cron:
        raise Invalid("Give either minutes or a cron expression, not both.", field="harvest_cron")
    following(source)


def following(source: Source) -> datetime | None:
    """Return the next time from now; None by hand. Raises Invalid with the field for what is no time."""
    return next_time(source, clock.now())


def _facts(source: Source, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in names}


def _put(source: Source, names: Iterable[str], facts: dict[str, Any]) -> None:
    unknown = set(facts) - set(names)
    if unknown:
        raise TypeError(f"no such facts: {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        setattr(source, name, value)
