"""Reading offers of renames: only those of which both sides are visible."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from catalog.assets.models import Asset, Description
from catalog.harvest.changesets.policies import may_review
from catalog.harvest.changesets.renames import carrying
from catalog.harvest.models import Rename, Run
from portal.kit.people import Person

_WITH = ("run__source", "old_asset__schema", "new_asset__schema", "old_asset__source", "decided_by")


@dataclass(frozen=True)
class Carried:
    """So many things of a kind would be carried over, and so many are at the new place already."""

    what: str
    old: int
    new: int


def visible_renames(person: Person) -> QuerySet[Rename]:
    """Return every rename, whatever its state, of which the person sees both sides; the likeliest first."""
    seen = Asset.objects.visible_to(person).values("pk")
    known = Rename.objects.filter(old_asset__in=seen).filter(Q(new_asset__in=seen))
    return known.select_related(*_WITH).order_by("-score", "pk")


def offers_of(person: Person, run: Run) -> QuerySet[Rename]:
    """Return what a run offers and what was decided of it; withdrawn ones are left out."""
    return visible_renames(person).filter(run=run).exclude(state=Rename.State.SETTLED).order_by("old_name", "-score")


def offers_about(person: Person, asset: Asset) -> QuerySet[Rename]:
    """Return the open offers with the asset on either side."""
    about = Q(old_asset=asset) | Q(new_asset=asset)
    return visible_renames(person).filter(about, state=Rename.State.OFFERED)


def open_offers(person: Person) -> QuerySet[Rename]:
    """Return all open offers to a reviewer; none to others."""
    offers = visible_renames(person).filter(state=Rename.State.OFFERED)
    return offers if may_review(person) else offers.none()


def alternatives_to(person: Person, rename: Rename) -> QuerySet[Rename]:
    """Return the other open offers for the same old thing or the same new one."""
    same = Q(old_asset=rename.old_asset_id, old_name=rename.old_name) | Q(
        new_asset=rename.new_asset_id, new_name=rename.new_name
    )
    others = visible_renames(person).filter(same, state=Rename.State.OFFERED, is_column=rename.is_column)
    return others.exclude(pk=rename.pk)


def preview(rename: Rename) -> list[Carried]:
    """Return what accepting would carry over, by kind in words."""
    if rename.is_column:
        texts = Description.objects.filter(asset=rename.old_asset_id)
        old, new = (texts.filter(column_name=name).count() for name in (rename.old_name, rename.new_name))
        return [Carried("descriptions", old, new)] if old or new else []
    old_counts, new_counts = carrying.counts(rename.old_asset_id, rename.new_asset_id or 0)
    return [
        Carried(what, old_counts.get(what, 0), new_counts.get(what, 0)) for what in _in_order(old_counts, new_counts)
    ]


def _in_order(*counts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(what for count in counts for what in count))
