"""Assets and what is known of them."""

from catalog.assets.models.assets import (
    Asset,
    AssetKind,
    Certification,
    Column,
    Index,
    Key,
    KeyKind,
    LogicalType,
    Schema,
    Sensitivity,
)
from catalog.assets.models.curation import Description, Layer, Ownership, OwnershipRole
from catalog.assets.models.domains import Domain
from catalog.assets.models.headcount import Headcount
from catalog.assets.models.history import ChangeKind, SchemaChange
from catalog.assets.models.readers import Follow, Visit

__all__ = [
    "Asset",
    "AssetKind",
    "Certification",
    "ChangeKind",
    "Column",
    "Description",
    "Domain",
    "Follow",
    "Headcount",
    "Index",
    "Key",
    "KeyKind",
    "Layer",
    "LogicalType",
    "Ownership",
    "OwnershipRole",
    "Schema",
    "SchemaChange",
    "Sensitivity",
    "Visit",
]
