"""Carrying what people wrote of a column to its new name."""

from catalog.assets.actions.history import credit
from catalog.assets.models import Asset, Description
from catalog.harvest.changesets.renames.carrying import MERGERS
from catalog.harvest.models import Rename
from portal.kit.errors import Conflict
from portal.kit.people import Person


def refuse_unless_possible(offer: Rename, asset: Asset) -> None:
    """Raise Conflict when the old column is back, or the new one or the table is gone."""
    names = set(asset.columns.filter(name__in=(offer.old_name, offer.new_name)).values_list("name", flat=True))
    if asset.gone_at is not None or names != {offer.new_name}:
        raise Conflict("This can't be a rename any more: the columns have changed since.", code="overtaken")


def carry(offer: Rename, asset: Asset, *, by: Person) -> dict[str, int]:
    """Move the descriptions of the old name to the new one; where both have one, the newer shows. Return how many."""
    rows = list(Description.objects.filter(asset=asset, column_name=offer.old_name))
    for row in rows:
        stays = Description.objects.filter(asset=asset, column_name=offer.new_name, layer=row.layer).first()
        if stays:
            MERGERS["assets.description"](stays, row, by, offer.old_name)
            row.delete()
        else:
            edited_at = row.edited_at
            row.column_name = offer.new_name
            credit(row, by=by, why=f"Column renamed: was {offer.old_name}")
            row.save()
            Description.objects.filter(pk=row.pk).update(edited_at=edited_at)
    return {"descriptions": len(rows)} if rows else {}
