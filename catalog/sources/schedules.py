"""When a source is harvested next: every so many minutes or by a cron line, in a time zone, on the days of a calendar.

Cron lines are read as Debian's cron does: what falls into the hour that a clock change leaves out runs right after it,
what falls into the hour that comes twice runs once. An interval that ends on a day left out by the calendar waits for
the beginning of the next day that is not.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from catalog.sources.models import Source
from portal.kit.errors import Invalid

_HORIZON = timedelta(days=30 * 366)  # 29 February on a Monday comes every 28 years
_SATURDAY = 5

IsOpen = Callable[[date], bool]


def next_time(source: Source, after: datetime) -> datetime | None:
    """Return the first moment later than `after` at which the source is due, in UTC, or None for by hand only.

    Missed times are not made up for: ask with the present time, and one run takes the place of them all.
    Raises Invalid, with the field to mend, for a schedule that can't be read or never comes.
    """
    return next(iter(next_times(source, after, 1)), None)


def next_times(source: Source, after: datetime, number: int = 5) -> list[datetime]:
    """Return the next moments at which the source would be due; raises as `next_time` does."""
    if not source.harvest_cron and not source.harvest_every_minutes:
        return []
    zone, is_open = _zone(source), _calendar(source)
    if source.harvest_cron:
        times = _by_cron(_fields(source.harvest_cron), after.astimezone(zone), is_open)
    else:
        times = _by_interval(timedelta(minutes=source.harvest_every_minutes or 0), after.astimezone(zone), is_open)
    found = [moment.astimezone(UTC) for moment in islice(times, number)]
    if not found:
        raise Invalid(
            "This schedule never comes: no day of the calendar fits the cron line. Change one of the two.",
            code="schedule_never",
            field="harvest_cron",
        )
    return found


def check(source: Source, at: datetime) -> None:
    """Raise Invalid, with the field to mend, unless the source's schedule comes at least once after `at`."""
    next_times(source, at, 1)


def _by_cron(line: str, after: datetime, is_open: IsOpen) -> Iterator[datetime]:
    moment, end = after, after + _HORIZON
    while moment < end:
        moment = next(_cron(line, moment), end)
        if moment >= end:
            return
        if not is_open(moment.date()):
            moment = _start_of(moment.date() + timedelta(days=1), moment) - timedelta(seconds=1)
        elif moment.astimezone(UTC) > after.astimezone(UTC):
            yield moment


def _by_interval(step: timedelta, after: datetime, is_open: IsOpen) -> Iterator[datetime]:
    moment, end = after, after + _HORIZON
    while moment < end:
        moment = (moment.astimezone(UTC) + step).astimezone(after.tzinfo)
        while not is_open(moment.date()):
            moment = _start_of(moment.date() + timedelta(days=1), moment)
        yield moment


def _cron(line: str, after: datetime) -> Iterator[datetime]:
    """Walk a line. The hour that comes twice is walked once, so moments may lie before an `after` in its repetition."""
    try:
        return (moment for moment in CronSim(line, after) if moment.astimezone(UTC) > after.astimezone(UTC))
    except CronSimError as error:
        raise Invalid(
            f"This is no cron line ({str(error)[:1].lower()}{str(error)[1:]}). Give minute, hour, day of the month, "
            "month and day of the week, such as 30 2 * * 1-5 for half past two from Monday to Friday.",
            code="cron_invalid",
            field="harvest_cron",
        ) from None


def _fields(line: str) -> str:
    """Return the line with single blanks; a sixth field would be seconds, and nobody harvests every second."""
    fields = line.split()
    if len(fields) != 5:
        raise Invalid(
            f"A cron line has five fields: minute, hour, day of the month, month, day of the week. This has "
            f"{len(fields)}.",
            code="cron_invalid",
            field="harvest_cron",
        )
    return " ".join(fields)


def _start_of(day: date, like: datetime) -> datetime:
    """Return the first moment of a day; where the clocks change at midnight, that is not 0:00."""
    start = datetime.combine(day, time.min, like.tzinfo)
    return start.astimezone(UTC).astimezone(like.tzinfo)


def _zone(source: Source) -> ZoneInfo:
    if source.harvest_time_zone not in _zones():
        raise Invalid(
            "There is no such time zone. Give a name such as Europe/Berlin or UTC.",
            code="time_zone_unknown",
            field="harvest_time_zone",
        )
    return ZoneInfo(source.harvest_time_zone)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _calendar(source: Source) -> IsOpen:
    if source.harvest_calendar == Source.Calendar.EVERY_DAY:
        return lambda day: True
    if source.harvest_calendar == Source.Calendar.WORKING_DAYS:
        return lambda day: day.weekday() < _SATURDAY
    closed = _holidays(source.holidays_of)
    return lambda day: day.weekday() < _SATURDAY and not closed(day)


@cache
def _holidays(place: str) -> IsOpen:
    """Return whether a day is a public holiday of a country or, after a dash, a region of it."""
    country, _, region = place.strip().upper().partition("-")
    if not country:
        raise Invalid(
            "Say whose public holidays count: a country such as DE, or country and region such as DE-BY.",
            code="holidays_missing",
            field="holidays_of",
        )
    try:
        # Loaded when somebody needs it: it takes 17 MiB, and hardly any worker does.
        known = import_module("holidays").country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        raise Invalid(
            f"We know no public holidays of {place.strip()}. Give a country such as DE, or country and region such as "
            "DE-BY.",
            code="holidays_unknown",
            field="holidays_of",
        ) from None
    return lambda day: day in known
