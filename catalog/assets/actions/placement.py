"""Giving assets and schemas to domains. Labels follow in the same transaction.

The sentences name no domain: people who see the asset may not know of the private one it came from.
"""

from typing import Any

from django.db import transaction

from catalog.assets.actions.history import credit
from catalog.assets.actions.news import changed
from catalog.assets.models import Asset, Domain, Schema
from catalog.assets.policies import Powers, may_place_schema
from catalog.assets.visibility import may_see, relabel
from catalog.sources.models import Source
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import NotFound
from portal.kit.people import Person
from portal.kit.policies import require

ASSET_PLACED = register("asset.placed", "moved {object} to another domain")
SCHEMA_PLACED = register("schema.placed", "moved the schema {object} with {assets} assets to another domain")
NO_DOMAIN = "no domain"


@transaction.atomic
def place_asset(*, asset: Asset, domain: Domain | None, by: Person, as_schema: bool = False) -> None:
    """Give an asset to a domain of its own, to none, or (`as_schema`) to that of its schema."""
    if not may_see(by, asset):
        raise NotFound("There is no such asset.")
    row = Asset.objects.select_related("domain", "schema__domain").select_for_update(of=("self",)).get(pk=asset.pk)
    target = row.schema.domain if as_schema else domain
    require(Powers(by, row).place(target))
    if row.domain == target and row.has_own_domain != as_schema:
        return
    before = row.domain
    row.domain, row.has_own_domain = target, not as_schema
    credit(row, by=by)
    row.save(update_fields=["domain", "has_own_domain"])
    details = _moved(before, target) | {"as_schema": as_schema}
    record(ASSET_PLACED, by=by, obj=row, details=details)
    relabel([row.pk])
    changed([row.pk])


@transaction.atomic
def place_schema(*, schema: Schema, domain: Domain | None, by: Person) -> int:
    """Give a schema to a domain, with all its assets that have none of their own; return how many moved."""
    row = Schema.objects.select_related("domain").select_for_update(of=("self",)).get(pk=schema.pk)
    require(may_place_schema(by, row, domain))
    before = row.domain
    if before == domain:
        return 0
    row.domain = domain
    row.save(update_fields=["domain"])
    followers = Asset.objects.filter(schema=row, has_own_domain=False)
    ids = list(followers.values_list("pk", flat=True))
    followers.update(domain=domain)
    details = _moved(before, domain) | {"assets": len(ids)}
    record(SCHEMA_PLACED, by=by, obj=row, details=details)
    relabel(ids)
    changed(ids)
    return len(ids)


def relabel_source(source: Source) -> None:
    """Bring the labels of a source's assets in step with its privacy; runs in the caller's transaction."""
    changed(relabel(list(Asset.objects.filter(source=source).values_list("pk", flat=True))))


def _moved(before: Domain | None, after: Domain | None) -> dict[str, Any]:
    return {"before": {"domain": str(before or NO_DOMAIN)}, "after": {"domain": str(after or NO_DOMAIN)}}
