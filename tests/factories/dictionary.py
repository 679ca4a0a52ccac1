"""Entries of the dictionary of search."""

from typing import Any

from catalog.search.models import Equivalence


def make_entry(short: str = "cust", long: str = "customer", **facts: Any) -> Equivalence:
    """Store an abbreviation, or return it when it is stored."""
    facts = {"kind": "abbreviation"} | facts
    entry, _ = Equivalence.objects.get_or_create(short=short, long=long, defaults=facts)
    return entry


def make_removed_entry(short: str = "dob", long: str = "date of birth") -> int:
    """Store an entry and remove it; return the number by which it is restored."""
    make_entry(short, long).delete()
    number: int = Equivalence.history.filter(short=short, history_type="-").latest("history_id").history_id
    return number
