"""From an extractor's rows to a Reading: spooled to disk, fingerprinted by relation, handed on as COPY text.

An engine that answers in rows gives an Extractor, and needs to know nothing of staging. Memory holds one number a
relation; the rows themselves lie in temporary files.
"""

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, NamedTuple, Protocol

from catalog.harvest.connectors import copytext
from catalog.harvest.connectors.contract import DETAIL_PARTS, Part, Scope
from catalog.harvest.connectors.history import UNKNOWN, Span
from portal.kit.errors import DomainError
from portal.kit.jobs import Cancelled

_BLOCK = 1 << 16  # bytes handed on at a time
_LONGEST_NAME = 300
_LARGEST_NUMBER = (1 << 63) - 1
_MODULUS = 1 << 128
_WARNINGS = 20


class SchemaRow(NamedTuple):
    """A schema. A fingerprint that changes with anything in it lets an unchanged schema be skipped; or none."""

    name: str
    comment: str = ""
    fingerprint: str = ""


class RelationRow(NamedTuple):
    """A table, view or data set; `kind` is one of catalog.assets.models.AssetKind. The rest are its vitals."""

    schema: str
    name: str
    kind: str
    row_estimate: int | None = None
    size_bytes: int | None = None
    write_count: int | None = None
    history: Span = UNKNOWN


class DetailRow(NamedTuple):
    """What a relation is; exactly one a relation."""

    schema: str
    name: str
    comment: str = ""
    definition: str = ""
    properties: dict[str, object] = {}


class ColumnRow(NamedTuple):
    """A column, counted from 1. `base_type` is what the logical type is made of, usually `data_type` itself."""

    schema: str
    relation: str
    position: int
    name: str
    data_type: str
    base_type: str
    is_nullable: bool = True
    initial: str = ""
    is_generated: bool = False
    comment: str = ""


class KeyRow(NamedTuple):
    """A constraint; `kind` is one of catalog.assets.models.KeyKind, `name` unique in its relation."""

    schema: str
    relation: str
    kind: str
    name: str
    columns: Sequence[str]
    target_schema: str = ""
    target_name: str = ""
    target_columns: Sequence[str] = ()
    definition: str = ""


class IndexRow(NamedTuple):
    """An index; `name` unique in its relation."""

    schema: str
    relation: str
    name: str
    is_unique: bool
    columns: Sequence[str]
    definition: str = ""


Row = RelationRow | DetailRow | ColumnRow | KeyRow | IndexRow


class Extractor(Protocol):
    """What a connector by rows gives. Statements are as many for ten tables as for ten thousand."""

    def schemas(self) -> Iterable[SchemaRow]:
        """Return every schema that the account sees; the scope is applied by the caller."""

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        """Yield batches of rows, in any order and mixture, of everything in these schemas; a batch is a few thousand.

        Rows of one kind and relation come together. What is not listed by a RelationRow is not kept. Raises
        DomainError in plain words; ReadAgain when the look has to begin anew.
        """

    def warnings(self) -> list[str]:
        """Return in plain words what could not be read."""

    def cancel(self) -> None:
        """Stop what runs at the server; called from another thread."""


_PART_OF = {DetailRow: Part.DETAILS, ColumnRow: Part.COLUMNS, KeyRow: Part.KEYS, IndexRow: Part.INDEXES}


class RowReading:
    """A Reading of an Extractor. Close it, or leave its `with`, to drop the files."""

    def __init__(self, extractor: Extractor, scope: Scope) -> None:
        self._extractor = extractor
        self._scope = scope
        self._is_stopped = False
        self._to_read: list[str] = []
        self._forget()

    def _forget(self) -> None:
        self._spools: dict[Part, IO[bytes]] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._sums: dict[Part, dict[int, int]] = {part: defaultdict(int) for part in DETAIL_PARTS}
        self._latest: dict[Part, tuple[int, set[str]]] = {}
        self._odd: dict[str, None] = {}

    def __enter__(self) -> "RowReading":
        return self

    def __exit__(self, *_: object) -> None:
        for spool in self._spools.values():
            spool.close()

    def overview(self, part: Part) -> Iterator[bytes]:
        """Stream the schemas, or read everything and stream the relations with their fingerprints."""
        try:
            yield from self._schemas() if part is Part.SCHEMAS else self._relations()
        except DomainError as error:
            if self._is_stopped and not isinstance(error, Cancelled):
                raise Cancelled("Stopped as asked.") from error
            raise

    def details(self, part: Part, relations: Sequence[int]) -> Iterator[bytes]:
        """Stream what was spooled of a part for these relations."""
        wanted = {str(relation).encode() for relation in relations}
        spool = self._spools.get(part)
        if spool is None:
            return
        spool.seek(0)
        yield from _blocks(line for line in spool if line.partition(b"\t")[0] in wanted)

    def warnings(self) -> list[str]:
        """Return the extractor's warnings and our own."""
        odd = list(self._odd)
        more = [f"{len(odd) - _WARNINGS} more like these."] if len(odd) > _WARNINGS else []
        return [*self._extractor.warnings(), *odd[:_WARNINGS], *more]

    def cancel(self) -> None:
        """Stop what runs at the server; the reading ends as Cancelled."""
        self._is_stopped = True
        self._extractor.cancel()

    def _schemas(self) -> Iterator[bytes]:
        rows = {row.name: row for row in self._extractor.schemas() if self._scope.wants(row.name)}
        rows = {name: row for name, row in rows.items() if self._is_sound(name)}
        known = self._scope.known
        self._to_read = [
            name for name, row in rows.items() if not row.fingerprint or known.get(name) != row.fingerprint
        ]
        yield from _blocks(map(copytext.encoded, rows.values()))

    def _relations(self) -> Iterator[bytes]:
        """Everything is read here, since fingerprints need everything."""
        self.__exit__()
        self._forget()
        listed: dict[int, RelationRow] = {}
        wanted = set(self._to_read)
        for batch in self._extractor.extract(self._to_read) if wanted else ():
            if self._is_stopped:
                raise Cancelled("Stopped as asked.")
            self._keep((row for row in batch if row.schema in wanted), listed)
        self._describe(listed)
        yield from _blocks(self._overview_line(relation, row) for relation, row in listed.items())

    def _keep(self, rows: Iterable[Row], listed: dict[int, RelationRow]) -> None:
        lines: dict[Part, list[bytes]] = defaultdict(list)
        for row in rows:
            if not all(map(self._is_sound, _names(row))):
                continue
            relation = self._id(row.schema, _relation_of(row))
            if isinstance(row, RelationRow):
                listed[relation] = row
                continue
            part = _PART_OF[type(row)]
            if self._is_first(part, relation, row):
                lines[part].append(self._line(part, relation, row))
        for part, encoded in lines.items():
            self._spool(part).writelines(encoded)

    def _describe(self, listed: dict[int, RelationRow]) -> None:
        """Add the detail that must be there to relations that came without."""
        described = self._sums[Part.DETAILS]
        bare = [(relation, row) for relation, row in listed.items() if relation not in described]
        lines = (self._line(Part.DETAILS, relation, DetailRow(row.schema, row.name)) for relation, row in bare)
        self._spool(Part.DETAILS).writelines(lines)

    def _id(self, schema: str, name: str) -> int:
        return self._ids.setdefault((schema, name), len(self._ids) + 1)

    def _is_sound(self, name: str) -> bool:
        """Tell whether our database can hold a name; note the one that it can't."""
        if 0 < len(name) <= _LONGEST_NAME and "\0" not in name:
            return True
        self._odd[f"“{name[:80]}…” was left out: a name is empty or over {_LONGEST_NAME} characters long."] = None
        return False

    def _is_first(self, part: Part, relation: int, row: DetailRow | ColumnRow | KeyRow | IndexRow) -> bool:
        """Tell whether the relation has no such row yet; two of a name can't be kept apart. The first one stays."""
        if part is Part.DETAILS:
            return relation not in self._sums[part]
        latest, names = self._latest.get(part, (0, set()))
        if latest != relation:
            names = set()
            self._latest[part] = (relation, names)
        if row.name in names:
            place = f"{row.schema}.{_relation_of(row)}"
            self._odd[f"{place} has more than one “{row.name}” among its {part}: the first is listed."] = None
            return False
        names.add(row.name)
        return True

    def _line(self, part: Part, relation: int, row: DetailRow | ColumnRow | KeyRow | IndexRow) -> bytes:
        """Encode a row and add it to its relation's digest; a sum, so that the order of rows does not matter."""
        facts = copytext.encoded(_fitting(row)[2:])
        digest = int.from_bytes(hashlib.blake2b(facts, digest_size=16).digest())
        self._sums[part][relation] = (self._sums[part][relation] + digest) % _MODULUS
        return b"%d\t%b" % (relation, facts)

    def _spool(self, part: Part) -> IO[bytes]:
        if part not in self._spools:
            self._spools[part] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the reading
        return self._spools[part]

    def _overview_line(self, relation: int, row: RelationRow) -> bytes:
        parts = (str(self._sums[part].get(relation, 0)) for part in DETAIL_PARTS)
        fingerprint = hashlib.blake2b("|".join((row.kind, *parts)).encode(), digest_size=16).hexdigest()
        vitals = map(_number, (row.row_estimate, row.size_bytes, row.write_count))
        history = (None if day is None else day.isoformat() for day in row.history)
        return copytext.encoded((relation, row.schema, row.name, row.kind, fingerprint, *vitals, *history))


def _relation_of(row: Row) -> str:
    return row.name if isinstance(row, RelationRow | DetailRow) else row.relation


def _names(row: Row) -> tuple[str, ...]:
    return (row.schema, row.name) if isinstance(row, RelationRow | DetailRow) else (row.schema, row.relation, row.name)


def _fitting(row: DetailRow | ColumnRow | KeyRow | IndexRow) -> DetailRow | ColumnRow | KeyRow | IndexRow:
    """Cut what our tables hold only so much of: names inside of keys, expressions inside of indexes."""
    match row:
        case IndexRow(schema, relation, name, is_unique, columns, definition):
            return IndexRow(schema, relation, name, is_unique, _cut(columns), definition)
        case KeyRow(schema, relation, kind, name, columns, target_schema, target_name, targeted, definition):
            target, targeted = _cut((target_schema, target_name)), _cut(targeted)
            return KeyRow(schema, relation, kind, name, _cut(columns), target[0], target[1], targeted, definition)
    return row


def _cut(names: Sequence[str]) -> list[str]:
    return [name[:_LONGEST_NAME] for name in names]


def _number(value: int | None) -> int | None:
    """Return a count that our database can hold; engines give unsigned ones, and -1 for unknown."""
    return None if value is None or value < 0 else min(int(value), _LARGEST_NUMBER)


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for line in lines:
        block += line
        if len(block) > _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)
