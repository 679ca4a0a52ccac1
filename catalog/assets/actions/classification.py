"""Saying how sensitive an asset is. A level once given is lowered, or taken back, only with a reason."""

from django.db import transaction

from catalog.assets.actions.history import credit
from catalog.assets.actions.news import changed, tell_followers
from catalog.assets.models import Asset, Sensitivity
from catalog.assets.policies import Powers
from catalog.assets.visibility import may_see
from governance.audit.actions import record
from governance.audit.verbs import Verb, register
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

CLASSIFIED = register("asset.classified", "classified {object} as {state}")
DECLASSIFIED = register("asset.declassified", "took back that {object} is {state}")
LONGEST_NOTE = 300
_LEVELS = ["", *Sensitivity.values]


@transaction.atomic
def classify(*, asset: Asset, sensitivity: Sensitivity, note: str = "", by: Person) -> None:
    """Say how sensitive an asset is; a lower level than before needs a note. Raises Conflict when nothing changes."""
    _set(asset, sensitivity, note, CLASSIFIED, by)


@transaction.atomic
def declassify(*, asset: Asset, note: str, by: Person) -> None:
    """Take the level back; the note says why. Raises Conflict when there is none."""
    _set(asset, "", note, DECLASSIFIED, by)


def is_lower(before: str, after: str) -> bool:
    """Return whether a level protects less than the one before; none protects least."""
    return _LEVELS.index(after) < _LEVELS.index(before)


def _set(asset: Asset, level: str, note: str, verb: Verb, by: Person) -> None:
    if not may_see(by, asset):
        raise NotFound("There is no such asset.")
    require(Powers(by, asset).classify)
    row = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
    before, note = row.sensitivity, note.strip()
    _check(row, level, note)
    row.sensitivity, row.sensitivity_note = level, note if level else ""
    credit(row, by=by, why=note)
    row.save(update_fields=["sensitivity", "sensitivity_note"])
    states = {"before": {"sensitivity": _word(before)}, "after": {"sensitivity": _word(level)}}
    record(verb, by=by, obj=row, reason=note, details=states | {"state": _word(level or before)})
    changed([row.pk])
    said = f"{by} classified {row} as {_word(level)}" if level else f"{row} is no longer classified"
    tell_followers(row, what=f"sensitivity:{level}", text=f"{said}: {note}" if note else said, by=by)
    asset.sensitivity, asset.sensitivity_note = row.sensitivity, row.sensitivity_note


def _check(row: Asset, level: str, note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"The note is longer than {LONGEST_NOTE} letters.", field="note")
    if row.sensitivity == level and (row.sensitivity_note == note or not level):
        raise Conflict(f"{row} is {'already ' if level else ''}{_word(level)}.")
    if is_lower(row.sensitivity, level) and not note:
        raise Invalid(f"Say why {row} is less sensitive than {_word(row.sensitivity)}.", field="note")


def _word(level: str) -> str:
    return Sensitivity(level).label.lower() if level else "not classified"
