"""Assets that come and go, and saved searches that are due."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from access.people.models import User
from catalog.assets.models import Asset, Domain
from catalog.search.models import Cadence, SavedSearch
from catalog.search.saved import actions
from catalog.search.saved.actions import Wish
from portal.kit import outbox
from portal.kit.models import Notification, OutboxMessage
from tests.catalog.search.conftest import index_all
from tests.factories.catalog import make_asset, make_domain, make_schema


def grow(name: str, domain: Domain | None = None) -> Asset:
    """Store an asset and index it."""
    asset = make_asset(name, schema=make_schema(domain=domain))
    index_all()
    return asset


def save(person: User, query: str = "q=orders", name: str = "Orders", tells: str = Cadence.DAILY, **facts: Any) -> Any:
    """Keep a search that tells daily."""
    return actions.save(by=person, query=query, wish=Wish(name, tells, **facts))


def let_time_pass(days: float = 8) -> None:
    """Make every saved search due."""
    SavedSearch.objects.update(checked_at=F("checked_at") - timedelta(days=days))


def told(person: User) -> list[str]:
    """Return what the person has been told, in order."""
    rows = Notification.objects.filter(recipient=person, kind="saved_search").order_by("pk")
    return list(rows.values_list("text", flat=True))


@pytest.fixture
def private(db: None) -> Domain:
    return make_domain("Mergers", is_private=True)


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch, settings: Any) -> "Mails":
    """Have mail sent, into a list; a server is met in tests of the kit."""
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    box = Mails()
    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.send_messages", lambda _, sent: box.take(sent))
    return box


class Mails:
    """What would have been sent: recipients, subject, text with its HTML."""

    def __init__(self) -> None:
        self.sent: list[tuple[list[str], str, str]] = []

    def take(self, messages: list[Any]) -> int:
        """Keep them."""
        for message in messages:
            html = "".join(str(content) for content, _ in message.alternatives)
            self.sent.append((message.to, message.subject, message.body + html))
        return len(messages)

    def delivered(self) -> list[tuple[list[str], str, str]]:
        """Deliver what waits; return all that was sent."""
        outbox.deliver_slow()
        assert not OutboxMessage.objects.filter(topic="mail").exists()
        return self.sent
