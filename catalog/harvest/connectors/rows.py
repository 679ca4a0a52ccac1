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

_BLOCK = 1 << 16
_LONGEST_NAME = 300
_MODULUS = 1 << 128


class SchemaRow(NamedTuple):
    """A schema. A fingerprint that changes with anything in it lets an unchanged schema be skipped; or none."""

    name: str
    comment: str = ""
    fingerprint: str = ""


class RelationRow(NamedTuple):
    """A table, view or data set; `kind` is one of catalog.assets.models.AssetKind. The numbers are its vitals."""

    schema: str
    name: str
    kind: str
    row_estimate: int | None = None
    size_bytes: int | None = None
    write_count: int | None = None


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

        Raises DomainError in plain words; ReadAgain when the look has to begin anew.
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
        self._to_read: list[str] = []
        self._forget()

    def _forget(self) -> None:
        self._spools: dict[Part, IO[bytes]] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._sums: dict[Part, dict[int, int]] = {part: defaultdict(int) for part in DETAIL_PARTS}
        self._odd: list[str] = []

    def __enter__(self) -> "RowReading":
        return self

    def __exit__(self, *_: object) -> None:
        for spool in self._spools.values():
            spool.close()

    def overview(self, part: Part) -> Iterator[bytes]:
        """Stream the schemas, or read everything and stream the relations with their fingerprints."""
        return self._schemas() if part is Part.SCHEMAS else self._relations()

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
        return [*self._extractor.warnings(), *self._odd]

    def cancel(self) -> None:
        """Stop what runs at the server."""
        self._extractor.cancel()

    def _schemas(self) -> Iterator[bytes]:
        rows = [row for row in self._extractor.schemas() if self._scope.wants(row.name)]
        known = self._scope.known
        self._to_read = [row.name for row in rows if not row.fingerprint or known.get(row.name) != row.fingerprint]
        yield "".join(copytext.line(row) for row in rows).encode()

    def _relations(self) -> Iterator[bytes]:
        """Everything is read here, since fingerprints need everything."""
        self.__exit__()
        self._forget()
        listed: dict[int, RelationRow] = {}
        for batch in self._extractor.extract(self._to_read):
            lines: dict[Part, list[bytes]] = defaultdict(list)
            for row in batch:
                if self._is_odd(row):
                    continue
                relation = self._id(row.schema, row.name if isinstance(row, RelationRow | DetailRow) else row.relation)
                if isinstance(row, RelationRow):
                    listed[relation] = row
                else:
                    part = _PART_OF[type(row)]
                    lines[part].append(self._line(part, relation, row))
            for part, encoded in lines.items():
                self._spool(part).writelines(encoded)
        yield from _blocks(self._overview_line(relation, row) for relation, row in listed.items())

    def _id(self, schema: str, name: str) -> int:
        return self._ids.setdefault((schema, name), len(self._ids) + 1)

    def _is_odd(self, row: Row) -> bool:
        names = (row.schema, row.name, row.name if isinstance(row, RelationRow | DetailRow) else row.relation)
        if all(0 < len(name) <= _LONGEST_NAME for name in names):
            return False
        self._odd.append(f"“{max(names, key=len)[:80]}…” was left out: a name is empty or over 300 characters long.")
        return True

    def _line(self, part: Part, relation: int, row: DetailRow | ColumnRow | KeyRow | IndexRow) -> bytes:
        """Encode a row and add it to its relation's digest; a sum, so that the order of rows does not matter."""
        facts = copytext.line(row[2:]).encode()
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
        vitals = (row.row_estimate, row.size_bytes, row.write_count)
        return copytext.line((relation, row.schema, row.name, row.kind, fingerprint, *vitals)).encode()


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for line in lines:
        block += line
        if len(block) > _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)
