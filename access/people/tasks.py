"""Celery entry points of the people room."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="people.forget_ended_sessions")
def forget_ended_sessions() -> None:
    """Remove sessions that have ended from the database."""
    call_command("clearsessions")
