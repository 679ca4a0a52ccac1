"""The plain data behind facets and chips; rooms fill it from their own counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import QueryDict


@dataclass(frozen=True)
class FacetOption:
    """One checkbox with its count."""

    value: str
    label: str
    count: int | None = None
    selected: bool = False


@dataclass(frozen=True)
class Facet:
    """One group of checkboxes; `name` is the query parameter. The first `shown` options show at once.

    `is_about`: the counts are estimates.
    """

    name: str
    label: str
    options: Sequence[FacetOption] = field(default_factory=tuple)
    is_open: bool = True
    shown: int = 8
    hint: str = ""
    is_about: bool = False

    @property
    def first(self) -> list[FacetOption]:
        """Selected options and the first ones."""
        return [option for place, option in enumerate(self.options) if place < self.shown or option.selected]

    @property
    def rest(self) -> list[FacetOption]:
        """The options behind "more"."""
        return [option for place, option in enumerate(self.options) if place >= self.shown and not option.selected]


@dataclass(frozen=True)
class Chip:
    """An active filter; its address is the page without it."""

    label: str
    remove_url: str


def without(query: QueryDict, name: str, value: str | None = None) -> str:
    """Return the query string without the parameter (or one of its values), and back on the first page."""
    kept = query.copy()
    if value is None:
        kept.pop(name, None)
    else:
        kept.setlist(name, [each for each in kept.getlist(name) if each != value])
    kept.pop("page", None)
    return f"?{kept.urlencode()}"


def chips(query: QueryDict, facets: Sequence[Facet]) -> list[Chip]:
    """Return a chip for every selected option."""
    return [
        Chip(f"{facet.label}: {option.label}", without(query, facet.name, option.value))
        for facet in facets
        for option in facet.options
        if option.selected
    ]
