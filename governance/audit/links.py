"""Links from an event to what it is about. Rooms register theirs in their AppConfig.ready()."""

from collections.abc import Callable, Iterable, Mapping

from governance.audit.models import Event
from portal.kit.people import Person

Linker = Callable[[Person, list[str]], Mapping[str, str]]
"""Gives addresses by object id, only for objects that exist and that the person may see."""

_linkers: dict[str, Linker] = {}


def register(object_type: str, linker: Linker) -> None:
    """Add the links of a type such as "assets.asset". The same type again replaces them."""
    _linkers[object_type] = linker


def links_of(person: Person, events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """Return addresses by object type and id, one question a type."""
    wanted: dict[str, set[str]] = {}
    for event in events:
        if event.object_id and event.object_type in _linkers:
            wanted.setdefault(event.object_type, set()).add(event.object_id)
    return {
        (object_type, object_id): url
        for object_type, ids in wanted.items()
        for object_id, url in _linkers[object_type](person, sorted(ids)).items()
    }
