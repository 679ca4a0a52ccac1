"""What people do with assets and domains: every write of this room, one verb a function."""

from catalog.assets.actions.access import admit, shut_out
from catalog.assets.actions.certification import certify, deprecate, withdraw
from catalog.assets.actions.classification import classify, declassify
from catalog.assets.actions.descriptions import Outdated, describe, restore
from catalog.assets.actions.domains import DomainFacts, change_domain, make_domain, remove_domain, set_privacy
from catalog.assets.actions.following import follow, unfollow, visit
from catalog.assets.actions.owners import dismiss_owner, name_owner
from catalog.assets.actions.placement import place_asset, place_schema, relabel_source

__all__ = [
    "DomainFacts",
    "Outdated",
    "admit",
    "certify",
    "change_domain",
    "classify",
    "declassify",
    "deprecate",
    "describe",
    "dismiss_owner",
    "follow",
    "make_domain",
    "name_owner",
    "place_asset",
    "place_schema",
    "relabel_source",
    "remove_domain",
    "restore",
    "set_privacy",
    "shut_out",
    "unfollow",
    "visit",
    "withdraw",
]
