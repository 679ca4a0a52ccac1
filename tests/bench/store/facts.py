"""The facts that are stored: so many tables of 20 columns in 10 schemas, as rows and as a harvest would stream them."""

import hashlib
from collections.abc import Iterator, Sequence

from catalog.harvest.connectors import Part, copytext
from catalog.harvest.connectors.rows import ColumnRow

SCHEMAS, COLUMNS = 10, 20
_TYPES = ("bigint", "text", "numeric(12,2)", "timestamp with time zone", "boolean")


def schema_of(number: int) -> str:
    return f"schema_{number % SCHEMAS}"


def name_of(number: int) -> str:
    return f"table_{number}"


def comment_of(number: int) -> str:
    return f"What the business calls thing number {number}, as loaded every night." if number % 5 else ""


def fingerprint_of(number: int) -> str:
    return hashlib.blake2b(str(number).encode(), digest_size=16).hexdigest()


def columns_of(number: int) -> Iterator[ColumnRow]:
    """Yield the columns of a table."""
    for position in range(1, COLUMNS + 1):
        kind = _TYPES[position % len(_TYPES)]
        said = f"The value of fact {position} as the operational system knows it." if position % 3 == 0 else ""
        yield ColumnRow(schema_of(number), name_of(number), position, f"column_{position}", kind, kind, comment=said)


class Prepared:
    """A Reading whose answers are ready, so that only storing them is measured."""

    def __init__(self, tables: int) -> None:
        numbers = range(tables)
        self._blocks = {
            Part.SCHEMAS: _block((f"schema_{number}", "", "") for number in range(SCHEMAS)),
            Part.RELATIONS: _block(
                (
                    number + 1,
                    schema_of(number),
                    name_of(number),
                    "table",
                    fingerprint_of(number),
                    100,
                    8192,
                    7,
                    None,
                    None,
                )
                for number in numbers
            ),
            Part.DETAILS: _block((number + 1, comment_of(number), "", {}) for number in numbers),
            Part.COLUMNS: _block((number + 1, *row[2:]) for number in numbers for row in columns_of(number)),
            Part.KEYS: b"",
            Part.INDEXES: b"",
        }

    def overview(self, part: Part) -> Iterator[bytes]:
        return self._stream(part)

    def details(self, part: Part, relations: Sequence[int]) -> Iterator[bytes]:
        """Everything, however much is asked for: nothing or all."""
        return self._stream(part)

    def warnings(self) -> list[str]:
        return []

    def cancel(self) -> None: ...

    def _stream(self, part: Part) -> Iterator[bytes]:
        block = self._blocks[part]
        yield from (block[start : start + 65536] for start in range(0, len(block), 65536))


def _block(rows: Iterator[tuple[copytext.Value, ...]]) -> bytes:
    return "".join(copytext.line(row) for row in rows).encode()
