"""CSV and its kin: delimiter, header and types from the beginning of a file."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import IO

from catalog.harvest.connectors.files.prefix import prefix_of
from catalog.harvest.connectors.files.shapes import Broken, Field, Shape
from catalog.sources.engines.files import Entry

_DELIMITERS = ",\t;|"
_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
_TRIED = 50  # rows by which a delimiter is found
_LOOKED_AT = 5000  # rows by which types are found
_MOST_COLUMNS = 5000
_NOTHING = {"", "null", "NULL", "Null", "NA", "N/A", "n/a", "nan", "NaN", "None", "\\N"}
_WHOLE = re.compile(r"[-+]?\d{1,18}\Z")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\Z")
_PADDED = re.compile(r"[-+]?0\d")
_YES_OR_NO = {"true", "false"}

Rows = list[list[str]]


def table_of(file: IO[bytes], entry: Entry) -> Shape:
    """Read the beginning of a CSV file."""
    text, encoding, is_whole = prefix_of(file, entry, is_packed=entry.path.lower().endswith((".gz", ".gzip")))
    text = text if is_whole else text[: text.rfind("\n") + 1]
    if not text.strip():
        raise Broken("it is empty, or its first line is too long")
    delimiter = "\t" if re.search(r"\.(tsv|tab)\b", entry.path.lower()) else _delimiter(text)
    rows = _rows(text, delimiter, _LOOKED_AT)
    has_header = _is_header(rows)
    width = max(map(len, rows))
    names = _names(rows[0] if has_header else [], width)
    body = rows[1:] if has_header else rows
    fields = [_field(name, [row[n] for row in body if n < len(row)]) for n, name in enumerate(names)]
    properties = {"delimiter": _NAMES[delimiter], "header": has_header, "encoding": encoding}
    return Shape(fields, _estimate(text, entry, len(body), is_whole), properties=properties)


def _delimiter(text: str) -> str:
    """Return the one that cuts most rows into the same number of columns, more than one."""
    scores = {}
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in _rows(text, delimiter, _TRIED)]
        common = max(set(widths), key=widths.count)
        scores[delimiter] = (widths.count(common) / len(widths), common) if common > 1 else (0.0, 1)
    return max(_DELIMITERS, key=lambda each: scores[each])


def _rows(text: str, delimiter: str, most: int) -> Rows:
    rows: Rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if row:
                rows.append(row[:_MOST_COLUMNS])
            if len(rows) >= most:
                break
    except csv.Error as error:  # a field without end
        if not rows:
            raise Broken("its quotes do not match") from error
    return rows or [[""]]


def _is_header(rows: Rows) -> bool:
    """A first row of different words, with a row of the same width below or other types further down."""
    first = rows[0]
    words = [cell.strip() for cell in first]
    if not all(words) or len(set(words)) < len(words) or any(kind_of([word]) != "string" for word in words):
        return False
    body = [row for row in rows[1:] if len(row) == len(first)]
    if not body:
        return True
    kinds = [kind_of([row[n] for row in body]) for n in range(len(first))]
    return any(kind != "string" for kind in kinds) or all(re.match(r"[^\W\d]", word) for word in words)


def _names(header: Sequence[str], width: int) -> list[str]:
    """Return a name for every column, each different."""
    names: list[str] = []
    used: set[str] = set()
    for number in range(1, width + 1):
        wanted = header[number - 1].strip() if number <= len(header) else ""
        name = wanted or f"column_{number}"
        while name in used:
            name = f"{name}_{number}"
        used.add(name)
        names.append(name)
    return names


def _field(name: str, values: Sequence[str]) -> Field:
    kind = kind_of(values)
    return Field(name, kind, {"int64": "integer", "bool": "boolean"}.get(kind, kind))


def kind_of(values: Sequence[str]) -> str:
    """Return the narrowest type that takes all these texts, or string."""
    found = [value.strip() for value in values if value.strip() not in _NOTHING]
    if not found:
        return "string"
    return next((kind for kind, test in _TESTS if all(map(test, found))), "string")


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _is_moment(text: str, *, is_aware: bool) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return (moment.tzinfo is not None) == is_aware and len(text) > len("2025-01-31")


_TESTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("int64", lambda text: bool(_WHOLE.match(text)) and not _PADDED.match(text)),
    ("double", lambda text: bool(_NUMBER.match(text)) and not (_PADDED.match(text) and "." not in text)),
    ("bool", lambda text: text.lower() in _YES_OR_NO),
    ("date", lambda text: _parses(date.fromisoformat, text)),
    ("time", lambda text: ":" in text and _parses(time.fromisoformat, text)),
    ("timestamp", lambda text: _is_moment(text, is_aware=False)),
    ("timestamp with time zone", lambda text: _is_moment(text, is_aware=True)),
)


def _estimate(text: str, entry: Entry, rows: int, is_whole: bool) -> int | None:
    """Return the number of rows: counted in a small file, reckoned from the beginning of a big one."""
    if is_whole and rows < _LOOKED_AT - 1:
        return rows
    if entry.path.lower().endswith((".gz", ".gzip")):
        return None
    return round(entry.size * text.count("\n") / max(1, len(text.encode())))
