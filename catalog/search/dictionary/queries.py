"""Reading the dictionary's entries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from catalog.search.dictionary.defaults import ABBREVIATIONS, SYNONYMS
from catalog.search.models import Equivalence, EquivalenceKind

_HISTORY_SHOWN = 20
DEFAULTS: tuple[tuple[str, str, str], ...] = (
    *((EquivalenceKind.ABBREVIATION.value, *pair) for pair in ABBREVIATIONS),
    *((EquivalenceKind.SYNONYM.value, *pair) for pair in SYNONYMS),
)


@dataclass(frozen=True)
class Change:
    """A version of an entry, and how it came about."""

    row: Any
    sentence: str


def entries(text: str = "", kind: str = "") -> QuerySet[Equivalence]:
    """Return the entries that hold a text, of a kind."""
    found = Equivalence.objects.select_related("edited_by")
    if kind in EquivalenceKind.values:
        found = found.filter(kind=kind)
    if text := text.replace("\0", "").strip():
        found = found.filter(Q(short__icontains=text) | Q(long__icontains=text) | Q(note__icontains=text))
    return found


def entry(entry_id: int) -> Equivalence | None:
    """Return an entry, or None."""
    return entries().filter(pk=entry_id).first()


def removed(history_id: int) -> Any | None:
    """Return an entry as it was when it was removed, or None."""
    return Equivalence.history.filter(history_id=history_id, history_type="-").first()


def history(entry: Equivalence) -> list[Change]:
    """Return what became of an entry, the latest first."""
    rows = list(entry.history.select_related("history_user").order_by("-history_id")[: _HISTORY_SHOWN + 1])
    older = [*rows[1:], None]
    return [Change(row, _sentence(row, before)) for row, before in zip(rows, older, strict=True)][:_HISTORY_SHOWN]


def missing_defaults() -> list[tuple[str, str, str]]:
    """Return the built-in entries that have never been here: one that was removed does not come back by itself."""
    known = {(short.lower(), long.lower()) for short, long in Equivalence.history.values_list("short", "long")}
    return [(kind, short, long) for kind, short, long in DEFAULTS if (short, long) not in known]


def _sentence(row: Any, before: Any | None) -> str:
    if row.history_type == "+":
        return f"added {row.short} = {row.long}"
    if row.history_type == "-":
        return f"removed {row.short} = {row.long}"
    said = [
        f"{name} from “{getattr(before, name)}” to “{getattr(row, name)}”"
        for name in ("kind", "short", "long", "note")
        if before and getattr(before, name) != getattr(row, name)
    ]
    return f"changed {', '.join(said)}" if said else "saved it as it was"
