"""Which days count as history: from the earliest to the latest in time columns, as far as they are believable."""

from collections.abc import Iterable
from datetime import date, datetime

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""Days outside stand for something else: unknown, for ever, a slip of the pen."""

Span = tuple[date | None, date | None]
"""The earliest and the latest day in time columns, where a source tells them without reading data."""
UNKNOWN: Span = (None, None)


def span_of(values: Iterable[object]) -> Span:
    """Return the earliest and the latest believable day among dates and times; anything else is passed over."""
    days = [day for day in map(_day, values) if day is not None]
    return (min(days), max(days)) if days else UNKNOWN


def _day(value: object) -> date | None:
    day = value.date() if isinstance(value, datetime) else value
    return day if isinstance(day, date) and EARLIEST <= day <= LATEST else None
