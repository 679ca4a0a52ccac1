"""Saved searches, and what people have asked."""

from typing import Any

from django.utils import timezone

from access.people.models import User
from catalog.search.models import AskedQuery, Cadence, OpenedResult, SavedSearch
from tests.factories.company import Company


def make_saved_search(person: User, **facts: Any) -> SavedSearch:
    """Store a saved search that tells daily and has been looked through."""
    defaults = {"name": "Orders", "query": "q=orders", "tells": Cadence.DAILY, "checked_at": timezone.now()}
    facts = defaults | facts
    search, _ = SavedSearch.objects.update_or_create(person=person, name=facts.pop("name"), defaults=facts)
    return search


def make_asked_queries(company: Company) -> None:
    """Store what three people asked: something found and opened, found and not opened, not found."""
    now = timezone.now()
    for name in ("analyst", "engineer", "outsider"):
        for key, total in (("orders", 12), ("revenue", 3), ("kpi", 0)):
            asked = AskedQuery.objects.create(
                person=company.people[name], text=key, key=key, query=f"q={key}", total=total, engine="postgresql",
                milliseconds=20, at=now,
            )  # fmt: skip
            if key == "orders":
                OpenedResult.objects.create(asked=asked, asset=company.orders, place=1, at=now)
