"""Days, months, years and spans as people type them: 2026-01-31, 2026-01, 2026, 7d, 3w, 6m, 5y."""

import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from catalog.search.language.query import Comparison
from portal.kit import clock

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_SPAN = re.compile(r"(\d{1,4}) ?(d|w|m|y)(?:ays?|eeks?|onths?|ears?)?", re.IGNORECASE)
_DAYS = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}
_YEARS = range(1900, 2900)
_LONGEST_DAYS = 300_000

Limits = tuple[datetime | None, datetime | None]


def days_of(text: str) -> int | None:
    """Return the days of a span such as 5y; None when it is none."""
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    days = int(int(found[1]) * _DAYS[found[2].lower()])
    return days if days <= _LONGEST_DAYS else None


def dates_of(text: str) -> tuple[date, date] | None:
    """Return the first day of a day, month or year and the day after its last; None when it is none of them."""
    found = _DATE.fullmatch(text)
    if not found or int(found[1]) not in _YEARS:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first + timedelta(days=1)
    later = year * 12 + (month or 12)
    return first, date(later // 12, later % 12 + 1, 1)


def limits(text: str, comparison: Comparison) -> Limits:
    """Return from when on (None: ever) until before when (None: now). A span is an age: <7d is within seven days."""
    dates = dates_of(text)
    if dates is None:
        then = clock.now() - timedelta(days=days_of(text) or 0)
        is_older = comparison in {Comparison.AFTER, Comparison.FROM}
        return (None, then) if is_older else (then, None)
    start, end = (timezone.make_aware(datetime.combine(day, time())) for day in dates)
    return {
        Comparison.AFTER: (end, None),
        Comparison.FROM: (start, None),
        Comparison.BEFORE: (None, start),
        Comparison.UNTIL: (None, end),
    }.get(comparison, (start, end))


def span_limits(text: str, comparison: Comparison) -> tuple[int | None, int | None]:
    """Return from how many days on, until below how many."""
    days = days_of(text) or 0
    return {
        Comparison.AFTER: (days + 1, None),
        Comparison.BEFORE: (None, days),
        Comparison.UNTIL: (None, days + 1),
    }.get(comparison, (days, None))
