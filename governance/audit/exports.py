"""The log as files, written row by row."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from governance.audit.models import Event
from governance.audit.presenters import plain_sentence

COLUMNS = (
    "id", "seq", "occurred_at", "actor_id", "actor_name", "verb", "sentence", "object_type", "object_id",
    "object_name", "reason", "details", "channel", "address", "request_id",
)  # fmt: skip
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/x-ndjson; charset=utf-8"}
SUFFIXES = {"csv": "csv", "json": "ndjson"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(events: Iterable[Event], form: str) -> Iterator[str]:
    """Write events as "csv" with a heading, or "json": one object a line."""
    return _csv(events) if form == "csv" else _json(events)


def facts_of(event: Event) -> dict[str, Any]:
    """Return an event as plain values."""
    given = {name: getattr(event, name) for name in COLUMNS if name != "sentence"}
    given |= {"id": str(event.pk), "occurred_at": event.occurred_at.isoformat(), "sentence": plain_sentence(event)}
    return {name: given[name] for name in COLUMNS}


def harmless(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _csv(events: Iterable[Event]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for event in events:
        facts = facts_of(event)
        facts["details"] = json.dumps(facts["details"], ensure_ascii=False)
        yield writer.writerow([harmless(value) for value in facts.values()])


def _json(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        yield json.dumps(facts_of(event), ensure_ascii=False) + "\n"
