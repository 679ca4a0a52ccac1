"""The contracts of search: what people ask and are answered, and what an engine is asked and answers.

An engine finds, counts and gives the best candidates. What a person may see goes with every question, and what an
engine gives is fetched again under `visible_to()`. Ranking, marks, corrections and suggestions are not its business:
they are the same for every engine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from catalog.assets.models import Asset
from catalog.assets.visibility import Sight
from catalog.search.language import QueryText, Term
from portal.kit.people import Person

RANKED_AT_MOST = 500
"""So many of an engine's best candidates are put in order by ranking; what comes after stands in the engine's order."""
REACHED_AT_MOST = 10_000
"""Pages end here; whoever wants more narrows the search."""


class Sort(StrEnum):
    """Orders of results."""

    RELEVANCE = "relevance"
    POPULARITY = "popularity"
    CHANGED = "changed"
    NAME = "name"


class Kind(StrEnum):
    """What is looked for."""

    ASSETS = "assets"
    COLUMNS = "columns"


@dataclass(frozen=True)
class SearchRequest:
    """A question: who asks, for which text, narrowed how. `filters` holds chosen values by facet name."""

    person: Person
    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 25
    kind: Kind = Kind.ASSETS


@dataclass(frozen=True)
class Test:
    """A condition with its names resolved: documents with any of `values` in a field, or between two limits.

    Fields and values: kind, certification, sensitivity (their names); source_id, schema_id, domain_id (ids as text,
    "none"); owners ("person:ID", "team:ID", "none"); column_names (lower-case names); described ("yes", "no");
    usable ("yes"). Ranges: updated_at (datetimes) and history_days (numbers), `low` <= x < `high`.
    `terms` are words that the field `name` must hold. A test without values, limits and terms is met by nothing.
    """

    __test__ = False  # pytest
    field: str
    values: tuple[str, ...] = ()
    low: datetime | int | None = None
    high: datetime | int | None = None
    terms: tuple[Term, ...] = ()
    is_excluded: bool = False


@dataclass(frozen=True)
class Rights:
    """What the asker may see and use. The name of a hidden domain is not for them, even where an asset of it is."""

    sight: Sight
    hidden_domains: tuple[int, ...] = ()
    domains: tuple[int, ...] = ()
    """Domains, sources and single assets that were opened to them or that they answer for."""
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Question:
    """What an engine is asked.

    `tests` holds, for each alternative of the query, what must be met beside its terms. `filters` are the facets'
    choices, of which any value of each facet must be met. `is_loose`: any of the words is enough.
    """

    rights: Rights
    query: QueryText
    tests: tuple[tuple[Test, ...], ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 25
    is_loose: bool = False


@dataclass(frozen=True)
class Count:
    """How many results have this value of a facet."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Candidate:
    """An asset that matches, with how well its text does (0 to 1) by the engine's own measure."""

    asset_id: int
    text: float = 0.0


@dataclass(frozen=True)
class Found:
    """What an engine answers. `candidates` begin at the question's offset; labels of counts may be left empty.

    `matched` counts what meets the text alone, whatever is chosen. `without` says, by facet, how many there were
    without the choices in it, where that is more than the total.
    """

    candidates: tuple[Candidate, ...]
    total: int
    matched: int
    is_about: bool = False
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)


class Unavailable(Exception):
    """The engine can't answer now. The message says why, in plain words."""


class Engine(Protocol):
    """Something that finds assets."""

    name: str

    def find(self, question: Question) -> Found:
        """Answer with what may be seen. Raises Unavailable."""

    def ids(self, question: Question, limit: int) -> Iterator[list[int]]:
        """Give the ids of all results in the engine's order, in batches, up to the limit. Raises Unavailable."""


@dataclass(frozen=True)
class Piece:
    """A piece of text; `is_match` when it is what was looked for."""

    text: str
    is_match: bool = False


Marked = tuple[Piece, ...]


@dataclass(frozen=True)
class ColumnHit:
    """A column that was found."""

    name: Marked
    data_type: str
    description: str = ""


@dataclass(frozen=True)
class Reason:
    """A part of a result's score, in words: "named exactly so", 12.0."""

    signal: str
    words: str
    points: float


@dataclass(frozen=True)
class Hit:
    """An asset found, and where."""

    asset: Asset
    name: Marked
    description: Marked
    columns: tuple[ColumnHit, ...] = ()
    columns_found: int = 0
    owners: tuple[str, ...] = ()
    popularity: int = 0
    shows_domain: bool = True
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()

    @property
    def columns_more(self) -> int:
        """Return how many columns were found besides those named."""
        return self.columns_found - len(self.columns)

    @property
    def updated_at(self) -> datetime:
        """Return when data or structure last changed, as far as harvests saw."""
        return max(filter(None, [self.asset.changed_at, self.asset.written_at]))


class Guess(StrEnum):
    """What was shown when nothing matched."""

    NONE = ""
    CORRECTED = "corrected"
    SOME_WORDS = "some_words"
    ALIKE = "alike"


@dataclass(frozen=True)
class Answer:
    """Results of one page, with the figures of all of them."""

    hits: tuple[Hit, ...]
    total: int
    is_about: bool = False
    """Total and counts are estimates from a sample."""
    page: int = 1
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)
    """How many results there were without all choices in a facet; only facets that hide some."""
    guess: Guess = Guess.NONE
    correction: str = ""
    """The text as it may have been meant, in words of what the person may see."""
    problems: tuple[str, ...] = ()
    engine: str = ""
    note: str = ""
    """Why another engine than usual answered; empty otherwise."""

    @property
    def is_guess(self) -> bool:
        """Say whether nothing matched what was asked, and this is something else."""
        return self.guess != Guess.NONE


@dataclass(frozen=True)
class Suggestion:
    """One line below the search field."""

    label: str
    hint: str = ""
    asset_id: int | None = None
    kind: str = ""
    count: int = 0
    key: str = ""
    """Of people: person:ID or team:ID, a value of the owner facet."""


@dataclass(frozen=True)
class Suggestions:
    """What the beginning of a text may become."""

    assets: tuple[Suggestion, ...] = ()
    columns: tuple[Suggestion, ...] = ()
    people: tuple[Suggestion, ...] = ()
    """Those who answer for something the person may see."""


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
