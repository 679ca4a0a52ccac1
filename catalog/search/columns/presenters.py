"""What the same-column page shows: choices, pages, and words for how a name is used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from catalog.assets.models import Certification, Column
from catalog.search.columns.parameters import Asked
from catalog.search.columns.queries import READ_AT_MOST, Uses

Choices = list[tuple[str, str, bool]]
_SORTS = {"popular": "Most looked at", "type": "Type", "path": "Table"}
_DESCRIBED = {"yes": "Described", "no": "Not described"}


@dataclass(frozen=True)
class UsesPage:
    """A page of the tables that have a column."""

    uses: Uses
    asked: Asked
    rows: Sequence[Column]
    narrowed: int
    query: QueryDict

    @property
    def number(self) -> int:
        """Return how many tables the choices leave."""
        return self.uses.tables if self.asked.narrowing.is_whole else self.narrowed

    @property
    def pages(self) -> Page[int]:
        """Return the page as Django's paginator knows it; pages end at READ_AT_MOST."""
        return Paginator(range(min(self.number, READ_AT_MOST)), self.asked.size).get_page(self.asked.page)

    @property
    def status(self) -> str:
        """Say how many tables are listed."""
        return f"{self.number:,} table{'' if self.number == 1 else 's'}"

    @property
    def csv_url(self) -> str:
        """Return the address of all of them as CSV."""
        query = self.query.copy()
        query.pop("page", None)
        query["format"] = "csv"
        return f"?{query.urlencode()}"

    @property
    def types(self) -> Choices:
        """Return the types on offer."""
        counted = ((each.logical_type, f"{each.label} ({each.tables:,})") for each in self.uses.types)
        return _choices(counted, self.asked.narrowing.logical_type)

    @property
    def sorts(self) -> Choices:
        """Return the orders on offer."""
        return _choices(_SORTS.items(), self.asked.narrowing.sort)

    @property
    def described(self) -> Choices:
        """Return the choices by description."""
        return _choices(_DESCRIBED.items(), self.asked.narrowing.described)

    @property
    def certifications(self) -> Choices:
        """Return the choices by certification."""
        return _choices(Certification.choices, self.asked.narrowing.certification)


def _choices(offered: Iterable[tuple[str, object]], chosen: str) -> Choices:
    return [(value, str(label), value == chosen) for value, label in offered]
