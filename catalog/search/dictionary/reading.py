"""The dictionary as it is now. What was read is kept until an entry changes, in whichever process."""

from collections.abc import Iterable
from typing import Any

from catalog.search.dictionary.meanings import Dictionary
from catalog.search.models import Equivalence, EquivalenceKind
from catalog.search.words import all_unaccented

Version = tuple[Any, ...] | None
_kept: tuple[Version, Dictionary] = (None, Dictionary())


def dictionary() -> Dictionary:
    """Return the dictionary: one query while nothing has changed, two after."""
    global _kept  # noqa: PLW0603 - both are replaced at once, so that threads see one pair or the other
    version = _version()
    if version != _kept[0]:
        _kept = (version, _read())
    return _kept[1]


def _version() -> Version:
    """Return the last change's number, which is never given twice, and its moment."""
    history = Equivalence.history.order_by("-history_id")
    last: Version = history.values_list("history_id", "history_date").first()
    return last


def _read() -> Dictionary:
    pairs: dict[str, list[tuple[str, str]]] = {EquivalenceKind.ABBREVIATION: [], EquivalenceKind.SYNONYM: []}
    rows = list(Equivalence.objects.order_by("pk").values_list("kind", "short", "long"))
    shorts, longs = _plain(row[1] for row in rows), _plain(row[2] for row in rows)
    for (kind, _, _), short, long in zip(rows, shorts, longs, strict=True):
        pairs[kind].append((short, long))
    return Dictionary(pairs[EquivalenceKind.ABBREVIATION], pairs[EquivalenceKind.SYNONYM])


def _plain(texts: Iterable[str]) -> list[str]:
    return all_unaccented(list(texts))
