"""How the kit writes into the ledger without knowing the room that keeps it: the roof brings the two together."""

from typing import Any, Protocol

from django.db import models

from portal.kit.people import Person


class Keeper(Protocol):
    """Writes one event in the caller's transaction."""

    def __call__(
        self, code: str, *, by: Person, obj: models.Model, object_name: str, reason: str, details: dict[str, Any]
    ) -> object: ...


_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Have this function write the events."""
    _keepers[:] = [keeper]


def record(code: str, *, by: Person, obj: models.Model, object_name: str, reason: str, details: dict[str, Any]) -> None:
    """Write one event; raise LookupError when nobody keeps the ledger, so that nothing is done unrecorded."""
    if not _keepers:
        raise LookupError("Nobody keeps the ledger: portal.apps has to name who does.")
    _keepers[0](code, by=by, obj=obj, object_name=object_name, reason=reason, details=details)
