"""Reads what a connector streams, as our database would: COPY text into rows of the staging tables' columns."""

import re
from collections.abc import Iterable

from catalog.harvest.connectors import Part, Reading, Scope, connector_for
from catalog.harvest.staging import TABLES
from catalog.sources.models import Source

Row = dict[str, str | None]
LARGEST_BLOCK = 1 << 18

_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
_COLUMNS = {part: [each.split()[0] for each in columns.split(",")] for part, columns in TABLES.items()}


def rows(part: Part, blocks: Iterable[bytes]) -> list[Row]:
    """Parse blocks; a line that our database would refuse fails here too."""
    assert not isinstance(blocks, list | tuple), "a stream is handed on while it is read"
    text = b"".join(_sound(block) for block in blocks).decode()
    assert not text or text.endswith("\n")
    return [_row(part, line) for line in text.split("\n")[:-1]]


def _sound(block: bytes) -> bytes:
    assert isinstance(block, bytes)
    assert len(block) <= LARGEST_BLOCK, f"a block of {len(block)} bytes"
    return block


def _row(part: Part, line: str) -> Row:
    fields = line.split("\t")
    assert len(fields) == len(_COLUMNS[part]), line
    return dict(zip(_COLUMNS[part], map(_field, fields), strict=True))


def _field(text: str) -> str | None:
    assert "\r" not in text
    assert "\0" not in text
    return None if text == "\\N" else _ESCAPED.sub(lambda found: _MEANT[found[1]], text)


def overview(source: Source, scope: Scope | None = None) -> tuple[list[Row], list[Row]]:
    """Return the schemas and relations of a fresh reading."""
    with connector_for(source).reading(source, scope or Scope()) as reading:
        return both(reading)


def both(reading: Reading) -> tuple[list[Row], list[Row]]:
    """Return the schemas and relations of a reading, in the order in which a harvest asks for them."""
    schemas = rows(Part.SCHEMAS, reading.overview(Part.SCHEMAS))
    return schemas, rows(Part.RELATIONS, reading.overview(Part.RELATIONS))


def fingerprints(source: Source) -> dict[tuple[str | None, str | None], str | None]:
    """Return the fingerprint of every relation by schema and name."""
    return {(row["schema_name"], row["name"]): row["fingerprint"] for row in overview(source)[1]}
