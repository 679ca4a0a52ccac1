"""The tables of docs/logical-types.md, out of the code."""

from collections.abc import Iterator

from catalog.assets.models import LogicalType
from catalog.harvest.types import DIALECTS
from catalog.harvest.types.dialect import COMMON, Dialect


def tables() -> str:
    """Return a table an engine, in Markdown."""
    dialects = {id(dialect): dialect for dialect in (*DIALECTS.values(), COMMON)}
    return "\n\n".join("\n".join(_lines(dialect)) for dialect in dialects.values()) + "\n"


def _lines(dialect: Dialect) -> Iterator[str]:
    yield f"## {dialect.label}"
    yield ""
    if dialect.note:
        yield dialect.note
        yield ""
    yield "| Logical type | Types of the engine |"
    yield "|---|---|"
    for logical in LogicalType:
        if logical in dialect.words:
            yield f"| {logical.label} | {dialect.words[logical]} |"
