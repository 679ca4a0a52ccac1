"""The Celery application: `celery -A portal.celery worker` and `celery -A portal.celery beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from portal import telemetry

__all__ = ["app", "telemetry"]  # its handlers watch every task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")

app = Celery("atrium")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_like_the_portal(**_: Any) -> None:
    """Keep the portal's structured logs in workers: Celery would set its own."""
