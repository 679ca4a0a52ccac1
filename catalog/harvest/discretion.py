"""Taking from changes of visible assets what names assets that the person may not see."""

from collections.abc import Iterable
from typing import Any, Protocol

from catalog.assets.models import Asset
from catalog.assets.visibility import sees_everything
from portal.kit.people import Person

Values = dict[str, Any]


class Change(Protocol):
    """A change that happened or is planned; see SchemaChange and PlannedChange."""

    part: str
    name: str
    before: Any
    after: Any


class Discretion:
    """What may be told of changes of a source whose keys point at assets of these names."""

    def __init__(self, person: Person, source_id: int, targets: Iterable[str | None]) -> None:
        self._is_open = sees_everything(person)
        self._seen: set[tuple[str, str]] = set()
        if not self._is_open:
            assets = Asset.objects.visible_to(person).filter(source=source_id, name__in=set(targets) - {None})
            self._seen = set(assets.values_list("schema__name", "name"))

    def name(self, change: Change) -> str:
        """Return the name of what changes, which for a key may hold the name of the table it points to."""
        return "to a table you can't see" if self._hides(change) else change.name

    def values(self, change: Change) -> tuple[Values, Values]:
        """Return what was before and after; queries of views only for who sees everything."""
        if self._hides(change):
            return {}, {}
        left_out = set() if self._is_open or change.part != "asset" else {"definition"}
        before, after = (
            {name: value for name, value in (values or {}).items() if name not in left_out}
            for values in (change.before, change.after)
        )
        return before, after

    def _hides(self, change: Change) -> bool:
        pointed = [values for values in (change.before, change.after) if values and values.get("target_name")]
        return not self._is_open and any(
            (values.get("target_schema"), values["target_name"]) not in self._seen for values in pointed
        )


def targets_in(changes: Iterable[Change]) -> set[str]:
    """Return the names of the tables that keys among the changes point at."""
    sides = (values for change in changes for values in (change.before, change.after) if values)
    return {values["target_name"] for values in sides if values.get("target_name")}
