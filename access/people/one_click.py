"""One-click sign-in as the people of the demo. Nobody is offered unless the demo says so."""

from django.conf import settings

from access.people.models import User

_offered: list[str] = []


def offer(emails: list[str]) -> None:
    """Offer these people, in this order."""
    _offered[:] = emails


def offered() -> list[User]:
    """Return the people to offer: none outside of the demo."""
    if not settings.DEMO or not _offered:
        return []
    people = {person.email: person for person in User.objects.filter(email__in=_offered, is_active=True)}
    return [people[email] for email in _offered if email in people]
