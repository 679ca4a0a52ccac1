"""What keys and indexes say of single columns."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.assets.models import Asset, Index, Key, KeyKind
from catalog.assets.queries.keys import Reference

UNSEEN = "a table you can't see"


@dataclass(frozen=True)
class ColumnMark:
    """A badge at a column's name: short text, what it means, and the asset it leads to."""

    text: str
    meaning: str
    tone: str = ""
    target: Asset | None = None


def marks_by_column(
    keys: Iterable[Key], references: Iterable[Reference], indexes: Iterable[Index]
) -> dict[str, list[ColumnMark]]:
    """Return the marks of each column: primary key, references, unique, indexed."""
    marks: dict[str, list[ColumnMark]] = defaultdict(list)
    for key in keys:
        if key.kind == KeyKind.PRIMARY:
            _add(marks, key.columns, ColumnMark("PK", "Primary key", "brand"))
        elif key.kind == KeyKind.UNIQUE:
            _add(marks, key.columns, ColumnMark("Unique", _together("Unique", key.columns)))
    for reference in references:
        _add(marks, reference.columns, _reference_mark(reference))
    for index in indexes:
        if index.columns and not any(mark.text in {"PK", "Unique"} for mark in marks.get(index.columns[0], [])):
            _add(marks, index.columns[:1], ColumnMark("Indexed", _together("Indexed", index.columns)))
    return {name: list(dict.fromkeys(of_column)) for name, of_column in marks.items()}


def _reference_mark(reference: Reference) -> ColumnMark:
    if reference.other:
        where = f"{reference.other.schema.name}.{reference.other.name}"
        return ColumnMark("FK", f"Refers to {where} ({', '.join(reference.other_columns)})", "info", reference.other)
    return ColumnMark("FK", f"Refers to {reference.outside or UNSEEN}", "info")


def _together(what: str, columns: list[str]) -> str:
    return f"{what} together: {', '.join(columns)}" if len(columns) > 1 else what


def _add(marks: dict[str, list[ColumnMark]], columns: Iterable[str], mark: ColumnMark) -> None:
    for column in columns:
        marks[column].append(mark)
