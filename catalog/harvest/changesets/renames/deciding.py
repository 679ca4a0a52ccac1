"""Accepting and rejecting renames."""

from typing import Any

from django.db import transaction

from catalog.assets.actions.history import credit
from catalog.assets.models import Asset, Certification, ChangeKind, SchemaChange
from catalog.assets.visibility import relabel
from catalog.harvest.changesets import removing, starting
from catalog.harvest.changesets.policies import may_review
from catalog.harvest.changesets.renames import carrying, column_names
from catalog.harvest.models import Before, Rename
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock, outbox
from portal.kit.errors import Conflict, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

ACCEPTED = register("harvest.rename_accepted", "accepted that {old} is now {new}")
REJECTED = register("harvest.rename_rejected", "decided that {new} is not {old} renamed")

_TAKEN = ("name", "schema_id", "path", "kind", "comment", "definition", "properties", "fingerprint", "column_count")
_VITALS = (
    *("row_estimate", "size_bytes", "write_count", "written_at", "history_from", "history_to"),
    *("changed_at", "gone_at"),
)
_DECIDED = "Somebody has decided this already."
_OVER = "This can't be a rename any more: one of the two has come back or gone since. Look at the newest run."


@transaction.atomic
def accept(rename: Rename, *, by: Person) -> Asset:
    """Make the old asset, with all that hangs on it, the asset at the new place; return it.

    Raises NotFound when a side is hidden, Conflict when it is decided, overtaken by events, or a harvest is under way.
    """
    offer, old, new = _taken_up(rename, by)
    if offer.is_column:
        column_names.refuse_unless_possible(offer, old)
        offer.carried = column_names.carry(offer, old, by=by)
        details: dict[str, Any] = {}
    else:
        if old.gone_at is None or new.gone_at is not None or old.pk == new.pk:
            raise Conflict(_OVER, code="overtaken")
        offer.carried = carrying.counts(old.pk)[0]
        details = _become(offer, old, new, by)
    _tell_history(offer, old)
    _close(offer, Rename.State.ACCEPTED, by)
    outbox.put("asset.changed", {old.pk, new.pk})
    told = {"old": offer.old_name, "new": offer.new_name, "rename": offer.pk, "carried": offer.carried, **details}
    record(ACCEPTED, by=by, obj=old, details=told)
    return old


@transaction.atomic
def reject(rename: Rename, *, by: Person) -> None:
    """Note that the two are not the same thing; nothing moves."""
    offer, old, _ = _taken_up(rename, by)
    offer.state, offer.decided_by_id, offer.decided_at = Rename.State.REJECTED, by.pk, clock.now()
    offer.save()
    record(REJECTED, by=by, obj=old, details={"old": offer.old_name, "new": offer.new_name, "rename": offer.pk})


def _taken_up(rename: Rename, by: Person) -> tuple[Rename, Asset, Asset]:
    """Lock and return the offer and both sides, seen by the person."""
    require(may_review(by))
    starting.lock_idle(rename.run.source_id)
    offer = Rename.objects.select_for_update().filter(pk=rename.pk).first()
    if offer is None or offer.state != Rename.State.OFFERED:
        raise Conflict(_DECIDED, code="decided")
    if offer.new_asset_id is None:
        raise Conflict(_OVER, code="overtaken")
    ids = {offer.old_asset_id, offer.new_asset_id}
    sides = {one.pk: one for one in Asset.objects.visible_to(by).filter(pk__in=ids).select_related("domain", "schema")}
    if set(sides) != ids:
        raise NotFound("There is no such rename.")
    return offer, sides[offer.old_asset_id], sides[offer.new_asset_id]


def _become(offer: Rename, old: Asset, new: Asset, by: Person) -> dict[str, Any]:
    """Let the old row take the new one's place; return what could not be merged and is now in the audit log alone."""
    details: dict[str, Any] = {"from_id": new.pk}
    if left := carrying.carry(new, old, by=by):
        details["left_over"] = left
    Before.objects.filter(asset__in=(old, new)).delete()
    Rename.objects.filter(old_asset=new).update(old_asset=old)
    Rename.objects.filter(new_asset=new).update(new_asset=old)
    _place(old, new)
    _certify(old, new)
    for field in (*_TAKEN, *_VITALS):
        setattr(old, field, getattr(new, field))
    removing.delete_assets([new.pk])
    credit(old, by=by, why=f"Renamed: was {offer.old_name}")
    old.save()
    relabel([old.pk])
    return details


def _place(old: Asset, new: Asset) -> None:
    """A private domain on either side wins; else what somebody chose for the old, then for the new, then the schema's.

    Accepting must never open what was closed: neither what people wrote of the old, nor what the new one is.
    """
    old_is_private, new_is_private = (one.domain is not None and one.domain.is_private for one in (old, new))
    keeps = old.has_own_domain if old_is_private == new_is_private else old_is_private
    if keeps:
        old.has_own_domain = old.domain_id != new.schema.domain_id or old.has_own_domain
    else:
        old.domain, old.has_own_domain = new.domain, new.has_own_domain


def _certify(old: Asset, new: Asset) -> None:
    """What somebody said of the old stays; only where nobody said anything, the word about the new one counts."""
    if old.certification == Certification.NONE:
        old.certification, old.certification_note = new.certification, new.certification_note


def _tell_history(offer: Rename, asset: Asset) -> None:
    """Say in the history of the run that it was renamed, instead of that one thing went and another came."""
    part = SchemaChange.Part.COLUMN if offer.is_column else SchemaChange.Part.ASSET
    told = SchemaChange.objects.filter(asset=asset, run=offer.run_id, part=part)
    if offer.is_column:
        told = told.filter(name__in=(offer.old_name, offer.new_name))
    told.filter(kind__in=(ChangeKind.ADDED, ChangeKind.REMOVED)).delete()
    SchemaChange.objects.create(
        asset=asset,
        run=offer.run_id,
        kind=ChangeKind.RENAMED,
        part=part,
        name=offer.new_name if offer.is_column else asset.name,
        before={"name": offer.old_name},
        after={"name": offer.new_name},
        is_breaking=True,
        seen_at=clock.now(),
    )


def _close(offer: Rename, state: Rename.State, by: Person) -> None:
    """Store the decision; what was offered instead is settled by it."""
    offer.state, offer.decided_by_id, offer.decided_at = state, by.pk, clock.now()
    offer.new_asset_id = offer.old_asset_id
    offer.save()
    others = Rename.objects.filter(state=Rename.State.OFFERED, is_column=offer.is_column).exclude(pk=offer.pk)
    if offer.is_column:
        mine = others.filter(run=offer.run_id, old_asset=offer.old_asset_id)
        others = mine.filter(old_name=offer.old_name) | mine.filter(new_name=offer.new_name)
    else:
        others = others.filter(old_asset=offer.old_asset_id) | others.filter(new_asset=offer.old_asset_id)
    others.update(state=Rename.State.SETTLED)
