"""Vouching for assets, and warning of them."""

from django.db import transaction

from catalog.assets.actions.history import credit
from catalog.assets.actions.news import changed, tell_followers
from catalog.assets.models import Asset, Certification
from catalog.assets.policies import Powers
from catalog.assets.visibility import may_see
from governance.audit.actions import record
from governance.audit.verbs import Verb, register
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

CERTIFIED = register("asset.certified", "certified {object}")
DEPRECATED = register("asset.deprecated", "deprecated {object}")
WITHDRAWN = register("asset.certification_withdrawn", "declared that {object} is no longer {state}")
LONGEST_NOTE = 300


@transaction.atomic
def certify(*, asset: Asset, note: str = "", by: Person) -> None:
    """Vouch for an asset. Raises Conflict when it is certified already."""
    _set(asset, Certification.CERTIFIED, note, CERTIFIED, by)


@transaction.atomic
def deprecate(*, asset: Asset, note: str, by: Person) -> None:
    """Warn of an asset; the note says why and what to use instead."""
    if not note.strip():
        raise Invalid("Say why, and what to use instead.", field="note")
    _set(asset, Certification.DEPRECATED, note, DEPRECATED, by)


@transaction.atomic
def withdraw(*, asset: Asset, note: str = "", by: Person) -> None:
    """Take back a certification or deprecation. Raises Conflict when there is none."""
    _set(asset, Certification.NONE, note, WITHDRAWN, by)


def _set(asset: Asset, state: Certification, note: str, verb: Verb, by: Person) -> None:
    if not may_see(by, asset):
        raise NotFound("There is no such asset.")
    require(Powers(by, asset).certify)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"The note is longer than {LONGEST_NOTE} letters.", field="note")
    row = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
    if row.certification == state and (row.certification_note == note or state == Certification.NONE):
        raise Conflict(f"{asset} is already {state.label.lower()}.")
    before = Certification(row.certification).label.lower()
    row.certification, row.certification_note = state, note if state != Certification.NONE else ""
    credit(row, by=by, why=note)
    row.save(update_fields=["certification", "certification_note"])
    details = {"before": {"certification": before}, "after": {"certification": state.label.lower()}, "state": before}
    record(verb, by=by, obj=row, reason=note, details=details)
    changed([row.pk])
    said = f"{by} {verb.sentence.split(' {')[0]} {row}" if verb != WITHDRAWN else f"{row} is no longer {before}"
    tell_followers(row, what=f"certification:{state}", text=f"{said}: {note}" if note else said, by=by)
    asset.certification, asset.certification_note = row.certification, row.certification_note
