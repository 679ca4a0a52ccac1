"""Who answers for an asset: its own owners, else those of its domain."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from catalog.assets.models import Asset, Domain, Ownership, OwnershipRole

_ORDER = {role: place for place, role in enumerate(OwnershipRole.values)}


@dataclass(frozen=True)
class Owners:
    """Owners in the order of their roles; `domain` is set when they are the domain's and not the asset's own."""

    rows: list[Ownership] = field(default_factory=list)
    domain: Domain | None = None

    @property
    def first(self) -> Ownership | None:
        """Return whom to ask first."""
        return self.rows[0] if self.rows else None

    @property
    def names(self) -> str:
        """Return all of them in words."""
        return ", ".join(str(row.person or row.team) for row in self.rows)


def owners_of(asset: Asset) -> Owners:
    """Return the owners of an asset whose domain is loaded, in one query."""
    return owners_among(asset, ownerships_around([asset]))


def ownerships_around(assets: Iterable[Asset]) -> list[Ownership]:
    """Return who answers for these assets or for their domains, in the order of their roles."""
    assets = list(assets)
    domains = {asset.domain_id for asset in assets if asset.domain_id}
    found = Ownership.objects.filter(Q(asset__in=assets) | Q(domain__in=domains)).select_related("person", "team")
    return sorted(found, key=_rank)


def owners_of_many(assets: Iterable[Asset]) -> dict[int, Owners]:
    """Return the owners of assets by id, in one query."""
    assets = list(assets)
    rows = ownerships_around(assets)
    return {asset.pk: owners_among(asset, rows) for asset in assets}


def owners_of_domain(domain: Domain) -> list[Ownership]:
    """Return who answers for a domain."""
    return sorted(domain.ownerships.select_related("person", "team"), key=_rank)


def owners_among(asset: Asset, rows: list[Ownership]) -> Owners:
    """Pick the owners of an asset from ownerships_around() it."""
    own = [row for row in rows if row.asset_id == asset.pk]
    if own:
        return Owners(own)
    inherited = [row for row in rows if row.domain_id and row.domain_id == asset.domain_id]
    return Owners(inherited, asset.domain if inherited else None)


def _rank(row: Ownership) -> tuple[int, str]:
    return _ORDER[row.role], str(row.person or row.team).casefold()
