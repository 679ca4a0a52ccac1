"""The address of a same-column page, read. Whatever is wrong in it is left out."""

import re
from dataclasses import dataclass

from django.http import QueryDict

from catalog.assets.models import Certification, LogicalType
from catalog.search.columns.queries import ORDERS, READ_AT_MOST, Narrowing

SIZES = (25, 50, 100)


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    narrowing: Narrowing
    page: int
    size: int

    @property
    def offset(self) -> int:
        """Return how many rows come before the page."""
        return (self.page - 1) * self.size


def read(query: QueryDict) -> Asked:
    """Return what the address asks for."""
    narrowing = Narrowing(
        logical_type=_one_of(query, "type", set(LogicalType.values)),
        described=_one_of(query, "described", {"yes", "no"}),
        certification=_one_of(query, "certification", set(Certification.values)),
        sort=_one_of(query, "sort", set(ORDERS)) or "popular",
    )
    size = _number(query.get("size", ""))
    size = size if size in SIZES else SIZES[0]
    return Asked(narrowing, min(_number(query.get("page", "")) or 1, READ_AT_MOST // size), size)


def _one_of(query: QueryDict, name: str, possible: set[str]) -> str:
    given = query.get(name, "")
    return given if given in possible else ""


def _number(given: str) -> int:
    return int(given) if re.fullmatch(r"[0-9]{1,9}", given) else 0
