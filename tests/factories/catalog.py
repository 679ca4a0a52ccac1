"""Sources, schemas, assets and columns as a harvest would leave them."""

from itertools import count
from typing import Any

from django.utils import timezone

from catalog.assets.models import Asset, AssetKind, Column, Domain, Schema
from catalog.assets.visibility import relabel
from catalog.sources.models import Source

_numbers = count(1)


def make_domain(name: str = "", **facts: Any) -> Domain:
    """Store a domain."""
    number = next(_numbers)
    return Domain.objects.create(name=name or f"Domain {number}", slug=f"domain-{number}", **facts)


def make_source(name: str = "", **facts: Any) -> Source:
    """Store a source that nobody can connect to."""
    number = next(_numbers)
    defaults = {"host": "127.0.0.1", "port": 1, "database": "company", "username": "reader", "password_encrypted": ""}
    return Source.objects.create(name=name or f"Warehouse {number}", slug=f"warehouse-{number}", **defaults | facts)


def make_schema(name: str = "", **facts: Any) -> Schema:
    """Store a schema, in a new source unless one is given."""
    facts.setdefault("source", None)
    source = facts.pop("source") or make_source()
    return Schema.objects.create(source=source, name=name or f"schema_{next(_numbers)}", **facts)


def make_asset(
    name: str = "", *, columns: list[str] | None = None, schema: Schema | None = None, **facts: Any
) -> Asset:
    """Store an asset with text columns of these names and the labels that a harvest gives."""
    schema = schema or make_schema()
    name = name or f"table_{next(_numbers)}"
    now = timezone.now()
    defaults: dict[str, Any] = {
        "source": schema.source,
        "domain": schema.domain,
        "path": f"{schema.source.slug}.{schema.name}.{name}",
        "kind": AssetKind.TABLE,
        "fingerprint": "0" * 32,
        "column_count": len(columns or []),
        "first_seen_at": now,
        "changed_at": now,
    }
    asset = Asset.objects.create(schema=schema, name=name, **defaults | facts)
    Column.objects.bulk_create(
        [Column(asset=asset, position=n, name=column, data_type="text") for n, column in enumerate(columns or [], 1)]
    )
    relabel([asset.pk])
    asset.refresh_from_db(fields=["labels"])
    return asset
