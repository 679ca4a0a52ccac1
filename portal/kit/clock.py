"""The time, in one place, so that tests can move it."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present moment in UTC."""
    return timezone.now()
