"""The kit's acts in the audit log: the kit names them, the ledger keeps them, and neither knows the other."""

from typing import Any

from django.db import models

from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.people import Person

_VERBS = {
    verb.code: verb
    for verb in (
        register("dead_letter.replayed", "sent the failed work {object} again"),
        register("dead_letter.discarded", "discarded the failed work {object}"),
        register("dead_letter.reopened", "took up the discarded work {object} again"),
        register("dead_letter.edited", "edited what the failed work {object} is to do"),
    )
}


def keep(code: str, *, by: Person, obj: models.Model, object_name: str, reason: str, details: dict[str, Any]) -> None:
    """Write one of the kit's events."""
    record(_VERBS[code], by=by, obj=obj, object_name=object_name, reason=reason, details=details)
