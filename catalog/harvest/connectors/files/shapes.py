"""What is found inside of a file: its columns, and what else there is to tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

from catalog.harvest.connectors.history import UNKNOWN, Span
from catalog.sources.engines.files import Entry


class Broken(Exception):
    """A file that is not what its name says; the text says what is wrong, for people."""


@dataclass(frozen=True)
class Field:
    """A column of a file. `base_type` is a word of the logical types."""

    name: str
    data_type: str
    base_type: str
    is_nullable: bool = True
    comment: str = ""


@dataclass(frozen=True)
class Shape:
    """A file's columns. `rows` is exact when `is_counted`, else an estimate; None for unknown."""

    fields: Sequence[Field]
    rows: int | None = None
    is_counted: bool = False
    comment: str = ""
    properties: dict[str, object] = field(default_factory=dict)
    history: Span = UNKNOWN

    @property
    def types(self) -> dict[str, str]:
        """Return the types by name of column, to compare."""
        return {each.name: each.data_type for each in self.fields}


Reader = Callable[[IO[bytes], Entry], Shape]
"""Reads the shape of one file without loading it; raises Broken."""


def difference(newest: Shape, other: Shape) -> str:
    """Say in a few words how an older file differs from the newest; empty when it does not."""
    ours, theirs = newest.types, other.types
    missing = [name for name in ours if name not in theirs]
    extra = [name for name in theirs if name not in ours]
    retyped = [
        f"{name} is {theirs[name]} and not {ours[name]}" for name in ours if theirs.get(name, ours[name]) != ours[name]
    ]
    said = [f"{', '.join(names[:5])} {word}" for names, word in ((missing, "missing"), (extra, "extra")) if names]
    return "; ".join([*said, *retyped[:5]])
