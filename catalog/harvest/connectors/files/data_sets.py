"""What a listing says of a data set: counted while the listing goes by, with a few files kept to be opened."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from catalog.harvest.connectors.files.layout import Spot
from catalog.sources.engines.files import Entry

OTHERS = 4
"""How many files beside the newest are opened to see whether their shape is the same."""
_MODULUS = 1 << 128
_NOTHING = "__HIVE_DEFAULT_PARTITION__"
_WHOLE = re.compile(r"-?\d{1,18}\Z")


@dataclass
class PartitionColumn:
    """A column that is told by folders; its type is the narrowest that takes every value."""

    is_whole: bool = True
    is_date: bool = True
    _first: str = ""
    _last: str = ""

    def add(self, value: str) -> None:
        """Take another value into account."""
        if value == _NOTHING:
            return
        self.is_whole = self.is_whole and bool(_WHOLE.match(value))
        self.is_date = self.is_date and _is_date(value)
        if self.is_date:
            self._first, self._last = min(self._first or value, value), max(self._last, value)

    @property
    def days(self) -> list[date]:
        """Return the first and the last day, of a column of dates."""
        return [date.fromisoformat(each) for each in (self._first, self._last) if each and self.is_date]

    @property
    def data_type(self) -> str:
        """Return the type's name."""
        return "date" if self.is_date else "int64" if self.is_whole else "string"


@dataclass
class DataSet:
    """Files that belong together."""

    spot: Spot
    files: int = 0
    size: int = 0
    newest: Entry | None = None
    partition_columns: dict[str, PartitionColumn] = field(default_factory=dict)
    compressions: set[str] = field(default_factory=set)
    _others: dict[int, Entry] = field(default_factory=dict)
    _partitions: set[int] = field(default_factory=set)

    logs: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry, spot: Spot) -> None:
        """Count a file in; the log of a Delta table is kept apart from its data."""
        if spot.format == "delta":
            self.logs.append(entry)
            return
        self.files += 1
        self.size += entry.size
        self.compressions.add(spot.compression)
        if self.newest is None or (entry.written_at, entry.path) > (self.newest.written_at, self.newest.path):
            self.newest = entry
        self._sample(entry)
        if spot.partitions:
            self._partitions.add(_number(repr(spot.partitions)))
            for name, value in spot.partitions:
                self.partition_columns.setdefault(name, PartitionColumn()).add(value)

    def _sample(self, entry: Entry) -> None:
        """Keep those of the smallest digests: any few, and the same ones as long as they are there."""
        self._others[_number(entry.path)] = entry
        if len(self._others) > OTHERS + 1:
            del self._others[max(self._others)]

    def take(self, other: "DataSet") -> None:
        """Count the files of another one as ours."""
        self.files += other.files
        self.size += other.size
        self.newest = max(filter(None, (self.newest, other.newest)), key=lambda entry: entry.written_at, default=None)
        self._partitions |= other._partitions  # noqa: SLF001 - one of us

    @property
    def others(self) -> list[Entry]:
        """Return some files beside the newest."""
        return [entry for _, entry in sorted(self._others.items()) if entry != self.newest][:OTHERS]

    @property
    def partitions(self) -> int:
        """Return how many partitions it has."""
        return len(self._partitions)


class Contents:
    """The data sets of a place by schema, with a digest of each schema's listing."""

    def __init__(self) -> None:
        self._data_sets: dict[str, dict[tuple[str, str], DataSet]] = {}
        self._sums: dict[str, int] = {}

    def add(self, entry: Entry, spot: Spot) -> None:
        """Put a file where it belongs. A digest is a sum, so that the order of the listing does not matter."""
        schema = self._data_sets.setdefault(spot.schema, {})
        key = (spot.name, spot.format)
        if key not in schema:
            schema[key] = DataSet(spot)
        schema[key].add(entry, spot)
        mark = _number(f"{entry.path}\0{entry.size}\0{entry.mark}", 16)
        self._sums[spot.schema] = (self._sums.get(spot.schema, 0) + mark) % _MODULUS

    def settle(self) -> None:
        """Give each Delta table the files below it, once everything is listed."""
        for schema in self._data_sets.values():
            tables = {each.spot.folder: each for each in schema.values() if each.spot.format == "delta"}
            for key, data_set in list(schema.items()) if tables else ():
                table = next((tables[place] for place in _above(data_set.spot.folder) if place in tables), None)
                if table and table is not data_set:
                    table.take(schema.pop(key))

    @property
    def schemas(self) -> list[str]:
        """Return the names of the schemas."""
        return list(self._data_sets)

    def data_sets(self, schema: str) -> Iterator[tuple[str, DataSet]]:
        """Yield the data sets of a schema, each with a name of its own."""
        found = self._data_sets[schema]
        names = Counter(name for name, _ in found)
        for (name, kind), data_set in sorted(found.items()):
            yield (name if names[name] == 1 else f"{name} ({kind})"), data_set

    def fingerprint(self, schema: str, salt: str) -> str:
        """Return a digest that changes with anything in the schema's listing, and with the salt."""
        text = f"{salt}|{self._sums[schema]:x}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _above(folder: str) -> Iterator[str]:
    """Yield a folder and all above it."""
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _number(text: str, size: int = 8) -> int:
    digest = hashlib.blake2b(text.encode(errors="surrogateescape"), digest_size=size).digest()
    return int.from_bytes(digest)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2025-01-31")
