"""How an asset refers to others. What the person may not see is not named."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from catalog.assets.models import Asset, Key, KeyKind
from catalog.assets.visibility import sees_everything
from portal.kit.people import Person

_NOWHERE = Q(pk__in=[])
_WORDS = re.compile(r'"(?:[^"]|"")+"|[^\W\d][\w$]*')


@dataclass(frozen=True)
class Reference:
    """One foreign key, seen from either end. `other` is None for a target that is hidden or not harvested."""

    columns: list[str]
    other: Asset | None
    other_columns: list[str]
    key_name: str = ""
    outside: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether the other end must not be named."""
        return self.other is None and not self.outside


def references(person: Person, asset: Asset, keys: Iterable[Key]) -> list[Reference]:
    """Return where the foreign keys among an asset's keys point, in the order of the keys; one query."""
    foreign = [key for key in keys if key.kind == KeyKind.FOREIGN]
    if not foreign:
        return []
    targets = visible_targets(person, asset.source_id, [(key.target_schema, key.target_name) for key in foreign])
    return [_outgoing(person, key, targets.get((key.target_schema, key.target_name))) for key in foreign]


def referenced_by(person: Person, asset: Asset) -> list[Reference]:
    """Return the foreign keys of visible assets that point to this one; what is hidden is not even counted."""
    keys = (
        Key.objects.filter(target_name=asset.name, target_schema=asset.schema.name, kind=KeyKind.FOREIGN)
        .filter(asset__in=Asset.objects.visible_to(person).present().filter(source=asset.source_id))
        .select_related("asset")
        .defer("asset__definition")
        .order_by("asset__path", "name")
    )
    return [Reference(key.target_columns, key.asset, key.columns, key.name) for key in keys]


def visible_targets(person: Person, source_id: int, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Asset]:
    """Return the visible assets of a source by (schema, name)."""
    wanted = _NOWHERE
    for schema, name in set(names):
        wanted |= Q(schema__name=schema, name=name)
    found = Asset.objects.visible_to(person).filter(wanted, source=source_id).select_related("schema")
    return {(asset.schema.name, asset.name): asset for asset in found.defer("definition")}


def hidden_names(person: Person, asset: Asset, text: str) -> set[str]:
    """Return the names in a text, such as the query of a view, of assets of its source that the person may not see."""
    words = words_of(text)
    if not words or sees_everything(person):
        return set()
    in_source = Asset.objects.filter(source=asset.source_id, name__in=words)
    hidden = in_source.exclude(pk__in=Asset.objects.visible_to(person).values("pk"))
    return set(hidden.values_list("name", flat=True))


def words_of(text: str) -> set[str]:
    """Return the identifiers in a query, quoted ones without their quotes."""
    return {word[1:-1].replace('""', '"') if word.startswith('"') else word for word in _WORDS.findall(text)}


def _outgoing(person: Person, key: Key, target: Asset | None) -> Reference:
    if target:
        return Reference(key.columns, target, key.target_columns, key.name)
    if sees_everything(person):
        return Reference(key.columns, None, key.target_columns, key.name, f"{key.target_schema}.{key.target_name}")
    return Reference(key.columns, None, [])
