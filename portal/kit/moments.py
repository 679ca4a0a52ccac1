"""Moments in words: what a person says about the past and the near future."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def relative(moment: datetime, now: datetime) -> str:
    """Say "5 min ago", "in 3 h", "12 days ago"; from 60 days on the date itself."""
    seconds = (now - moment).total_seconds()
    distance = abs(seconds)
    if distance < 45:
        return "just now"
    if distance >= 60 * _DAY:
        return date_format(timezone.localtime(moment), "j M Y")
    return f"{_length(distance)} ago" if seconds > 0 else f"in {_length(distance)}"


def exact(moment: datetime) -> str:
    """Say the moment in the present time zone, to the second, with the zone's name."""
    return date_format(timezone.localtime(moment), "j M Y, H:i:s T")


def _length(seconds: float) -> str:
    if seconds < 90 * _MINUTE:
        return f"{max(1, round(seconds / _MINUTE))} min"
    if seconds < 36 * _HOUR:
        return f"{round(seconds / _HOUR)} h"
    return f"{round(seconds / _DAY)} days"
