"""The contract of a search backend: what it is asked, what it answers. Visibility is the asker's, in every answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from catalog.assets.models import Asset
from portal.kit.people import Person

COUNTED_AT_MOST = 10_000
"""Beyond this many matches totals and counts are given as "more than"."""


class Sort(StrEnum):
    """Orders of results."""

    RELEVANCE = "relevance"
    POPULARITY = "popularity"
    CHANGED = "changed"
    NAME = "name"


@dataclass(frozen=True)
class SearchRequest:
    """A question: who asks, for which text, narrowed how. `filters` holds chosen values by facet name."""

    person: Person
    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 25


@dataclass(frozen=True)
class Piece:
    """A piece of text; `is_match` when it is what was looked for."""

    text: str
    is_match: bool = False


Marked = tuple[Piece, ...]


@dataclass(frozen=True)
class Hit:
    """An asset found, and where."""

    asset: Asset
    name: Marked
    description: Marked
    columns: tuple[Marked, ...] = ()
    owners: tuple[str, ...] = ()
    popularity: int = 0
    shows_domain: bool = True
    score: float = 0.0

    @property
    def updated_at(self) -> datetime:
        """Return when data or structure last changed, as far as harvests saw."""
        return max(filter(None, [self.asset.changed_at, self.asset.written_at]))


@dataclass(frozen=True)
class Count:
    """How many results have this value of a facet."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Answer:
    """Results of one page, with the figures of all of them."""

    hits: tuple[Hit, ...]
    total: int
    is_about: bool = False
    """There are more results than `total`."""
    is_sample: bool = False
    """Facets were counted on the first matches only."""
    page: int = 1
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)
    """How many results there were without all choices in a facet; only facets that hide some."""
    is_guess: bool = False
    """Nothing matched: these are found by the correction, or have names that look alike."""
    correction: str = ""
    """The text as it may have been meant, in words of what the person may see."""


@dataclass(frozen=True)
class Suggestion:
    """One line below the search field."""

    label: str
    hint: str = ""
    asset_id: int | None = None
    kind: str = ""
    count: int = 0


@dataclass(frozen=True)
class Suggestions:
    """What the beginning of a text may become."""

    assets: tuple[Suggestion, ...] = ()
    columns: tuple[Suggestion, ...] = ()


@dataclass(frozen=True)
class IndexState:
    """How far the index is behind the catalog."""

    assets: int
    documents: int
    missing: int
    surplus: int
    waiting: int
    failed: int
    waiting_since: datetime | None

    @property
    def is_complete(self) -> bool:
        """Say whether search shows the catalog as it is now."""
        return not (self.missing or self.surplus or self.waiting or self.failed)


class Backend(Protocol):
    """An engine behind search."""

    def search(self, request: SearchRequest) -> Answer:
        """Answer with what the person may see."""

    def found_ids(self, request: SearchRequest, limit: int) -> Iterator[list[int]]:
        """Give the ids of all results in order, in batches, up to the limit."""

    def suggest(self, person: Person, text: str) -> Suggestions:
        """Complete the beginning of a text."""

    def index(self, asset_ids: Iterable[int]) -> int:
        """Bring documents in step with the catalog; return how many changed."""

    def rebuild(self, progress: Callable[[int, int], None]) -> int:
        """Index everything; call progress(done, total); return how many documents changed."""

    def refresh_popularity(self) -> int:
        """Take over how many people look at each asset; return how many documents changed."""

    def state(self) -> IndexState:
        """Compare index and catalog."""
