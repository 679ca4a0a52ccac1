"""Credit in the field history: who changed a row, and why."""

from django.db import models

from portal.kit.people import Person

_REASON_LENGTH = 100


def credit(row: models.Model, *, by: Person, why: str = "") -> None:
    """Have the next save or delete of the row recorded under this person's name."""
    vars(row).update(_history_user=by, _change_reason=why[:_REASON_LENGTH])
