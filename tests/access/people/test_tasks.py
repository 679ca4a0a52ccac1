"""Ended sessions leave the database."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from access.people.tasks import forget_ended_sessions


def test_only_ended_sessions_are_forgotten(db: None) -> None:
    now = timezone.now()
    Session.objects.create(session_key="over", session_data="", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="open", session_data="", expire_date=now + timedelta(minutes=1))
    forget_ended_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["open"]
