"""A dictionary from a CSV: looked at first, added as a whole or not at all."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from django.db import transaction

from catalog.search.dictionary import actions
from catalog.search.dictionary.actions import EntryFacts
from catalog.search.models import Equivalence, EquivalenceKind
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import Person

LARGEST = 300_000
"""Letters of a file."""
_MOST_ROWS = 5_000
_NEEDED = ("short", "long")
_KINDS = {name.lower(): kind for kind, label in EquivalenceKind.choices for name in (kind, label)}
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Row:
    """A line of the file: what it says and, if it can't be added, why."""

    line: int
    facts: EntryFacts
    error: str = ""
    is_known: bool = False


@dataclass(frozen=True)
class Plan:
    """What importing the file would do."""

    rows: tuple[Row, ...]

    @property
    def new(self) -> list[Row]:
        """Return the lines that would be added."""
        return [row for row in self.rows if not row.error and not row.is_known]

    @property
    def known(self) -> list[Row]:
        """Return the lines that the dictionary has already."""
        return [row for row in self.rows if row.is_known]

    @property
    def wrong(self) -> list[Row]:
        """Return the lines that can't be added."""
        return [row for row in self.rows if row.error]


def plan(text: str) -> Plan:
    """Read a CSV with the columns short, long and, if wanted, kind and note. Raises Invalid for what is none."""
    here = {actions.facts_of(row).forms for row in Equivalence.objects.all()}
    rows = [_checked(row, here) for row in _rows(text)]
    return Plan(tuple(_without_twins(rows)))


@transaction.atomic
def carry_out(text: str, *, by: Person) -> int:
    """Add the file's new entries; return how many. Raises Conflict when a line is wrong."""
    actions.lock()
    planned = plan(text)
    if planned.wrong:
        raise Conflict("Some lines are wrong: nothing was added. Mend the file and choose it again.")
    if Equivalence.objects.count() + len(planned.new) > actions.MOST_ENTRIES:
        raise Conflict(f"The dictionary holds at most {actions.MOST_ENTRIES:,} entries. Remove some first.")
    return actions.fill([row.facts for row in planned.new], by=by)


def _rows(text: str) -> Iterator[Row]:
    if len(text) > LARGEST:
        raise Invalid(f"The file is larger than {LARGEST:,} letters. Cut it into several.", field="file")
    try:
        lines = list(csv.DictReader(StringIO(text.lstrip("\ufeff")), restkey="", strict=True))
    except csv.Error as error:
        raise Invalid(f"This is no CSV: {error}.", field="file") from error
    names = {str(name).strip().lower(): name for name in (lines[0] if lines else {})}
    if not lines or not set(_NEEDED) <= set(names):
        raise Invalid(
            "The first line must name the columns short and long, and one line at least follow.", field="file"
        )
    if len(lines) > _MOST_ROWS:
        raise Invalid(f"The file has more than {_MOST_ROWS:,} lines. Cut it into several.", field="file")
    for number, line in enumerate(lines, 2):
        yield Row(number, _facts({name: _cell(line.get(column)) for name, column in names.items()}))


def _cell(value: object) -> str:
    """Return a cell's text without the sign that our export sets before what a spreadsheet takes for a formula."""
    text = value.strip() if isinstance(value, str) else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def _facts(cells: dict[str, str]) -> EntryFacts:
    given = cells.get("kind", "").lower()
    kind = _KINDS.get(given, given) or EquivalenceKind.ABBREVIATION.value
    return EntryFacts(kind, cells["short"], cells["long"], cells.get("note", "")).tidied


def _checked(row: Row, here: set[frozenset[tuple[str, ...]]]) -> Row:
    try:
        actions.check(row.facts)
    except Invalid as error:
        return Row(row.line, row.facts, f"{(error.field or '').capitalize()}: {error.message}")
    return Row(row.line, row.facts, is_known=row.facts.forms in here)


def _without_twins(rows: list[Row]) -> Iterator[Row]:
    """Say of a line that stands in the file twice, as it may be meant otherwise."""
    lines: dict[frozenset[tuple[str, ...]], int] = {}
    for row in rows:
        first = lines.setdefault(row.facts.forms, row.line)
        yield row if row.error or first == row.line else Row(row.line, row.facts, f"The same as line {first}.")
