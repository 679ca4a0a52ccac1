"""The judged queries, read from text files, and how good an order of results is by them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from zlib import crc32

DATA = Path(__file__).parent / "data"
CATALOGS = ("company", "public")
CLASSES = (
    "exact", "near", "column", "abbreviation", "synonym", "description", "several", "typo", "question", "fielded",
)  # fmt: skip
NAMES = ("exact", "near")
"""Classes in which somebody types the name of what they want, or nearly."""
BEST = 3
_LOOKED_AT = 10
_TUNED_OF_FIVE = 3


@dataclass
class Query:
    """A query of a catalog, with the grade of each asset (`schema.name`) that was judged; all others are 0."""

    catalog: str
    kind: str
    text: str
    grades: dict[str, int] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return what tells it from the others: the same text may be asked of two catalogs."""
        return f"{self.catalog}: {self.text}"

    @property
    def is_held_out(self) -> bool:
        """Say whether weights may not be tuned by it: two of five, by a hash of the text."""
        return crc32(self.text.encode()) % 5 >= _TUNED_OF_FIVE

    def ndcg(self, found: Sequence[str]) -> float:
        """Return the normalised discounted cumulative gain of the first ten, gains 2^grade - 1."""
        ideal = _gain(sorted(self.grades.values(), reverse=True))
        return _gain([self.grades.get(name, 0) for name in found]) / ideal

    def reciprocal_rank(self, found: Sequence[str]) -> float:
        """Return one divided by the place of the first that is the very thing."""
        places = (place for place, name in enumerate(found, 1) if self.grades.get(name) == BEST)
        return 1 / next(places, float("inf"))


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(place + 1) for place, grade in enumerate(grades[:_LOOKED_AT], 1))


def queries() -> list[Query]:
    """Return all judged queries. Raises ValueError naming a line that can't be read."""
    return [query for catalog in CATALOGS for query in _read(catalog)]


def _read(catalog: str) -> Iterator[Query]:
    query: Query | None = None
    for number, line in enumerate((DATA / f"{catalog}.txt").read_text(encoding="utf-8").splitlines(), 1):
        kind, _, text = line.partition(": ")
        if kind in CLASSES:
            if query:
                yield query
            query = Query(catalog, kind, text)
        elif line[:1] in ("1", "2", "3") and query and " -- " in line:
            _grade(query, line)
        elif line and not line.startswith("#"):
            raise ValueError(f"{catalog}.txt, line {number}: neither a query nor a judgement: {line}")
    if query:
        yield query


def _grade(query: Query, line: str) -> None:
    names, _, why = line[2:].partition(" -- ")
    for name in names.split(", "):
        query.grades[name] = int(line[0])
        query.why[name] = why


@dataclass(frozen=True)
class Figures:
    """Means over queries."""

    number: int
    ndcg: float
    reciprocal_rank: float


def figures(found: Mapping[str, Sequence[str]], judged: Sequence[Query]) -> Figures:
    """Return the means over queries, by what was found for each, by its key."""
    number = len(judged) or 1
    return Figures(
        len(judged),
        sum(query.ndcg(found[query.key]) for query in judged) / number,
        sum(query.reciprocal_rank(found[query.key]) for query in judged) / number,
    )
