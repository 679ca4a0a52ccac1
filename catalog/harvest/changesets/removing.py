"""Deleting assets for good, with everything that was derived from them; and telling what people have touched."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import ForeignObjectRel, ManyToManyRel, Model, Q, QuerySet
from guardian.models import GroupObjectPermission, UserObjectPermission

from catalog.assets.models import Asset, Certification

_BATCH = 500

DERIVED = {
    *("assets.column", "assets.key", "assets.index", "assets.schemachange", "assets.visit", "search.document"),
    *("harvest.before", "harvest.plannedchange", "harvest.rename"),
}
"""Models whose rows about an asset no person has made. Rooms above add theirs; of all others a row is somebody's."""

Relation = tuple[type[Model], str]


def relations() -> list[Relation]:
    """Return every model that points at an asset, hidden ones such as histories included, with the field's name."""
    related = Asset._meta.get_fields(include_hidden=True)
    return [
        (rel.related_model, rel.field.name)
        for rel in related
        if isinstance(rel, ForeignObjectRel)
        and not isinstance(rel, ManyToManyRel)
        and isinstance(rel.related_model, type)
    ]


def is_history(model: type[Model]) -> bool:
    """Return whether the model keeps the history of another."""
    return hasattr(model, "history_type") or hasattr(model, "history_date")


def made_by_people() -> list[Relation]:
    """Return those of the relations whose rows people have made."""
    return [one for one in relations() if one[0]._meta.label_lower not in DERIVED and not is_history(one[0])]


def touched_by_people(asset_ids: Iterable[int]) -> set[int]:
    """Return those of the assets that somebody has described, owned, followed, certified, placed or been granted."""
    ids = list(asset_ids)
    touched = Asset.objects.filter(~Q(certification=Certification.NONE) | Q(has_own_domain=True), pk__in=ids)
    found = set(touched.values_list("pk", flat=True))
    for model, field in made_by_people():
        found |= set(model._base_manager.filter(**{f"{field}__in": ids}).values_list(f"{field}_id", flat=True))
    for grants in _grants(ids):
        found |= {int(pk) for pk in grants.values_list("object_pk", flat=True)}
    return found


def _grants(asset_ids: list[int]) -> list[QuerySet[Any]]:
    keys = [str(pk) for pk in asset_ids]
    about = {"content_type__app_label": "assets", "content_type__model": "asset", "object_pk__in": keys}
    return [model.objects.filter(**about) for model in (UserObjectPermission, GroupObjectPermission)]


def delete_assets(asset_ids: list[int]) -> int:
    """Delete assets, batch by batch, what was harvested of them first and set-based; return how many there were."""
    return sum(_delete(asset_ids[start : start + _BATCH]) for start in range(0, len(asset_ids), _BATCH))


@transaction.atomic
def _delete(ids: list[int]) -> int:
    with connection.cursor() as cursor:
        for table in ("assets_column", "assets_key", "assets_index", "assets_schemachange"):
            cursor.execute(f"DELETE FROM {table} WHERE asset_id = ANY(%s)", [ids])  # noqa: S608 - our own constants
    for grants in _grants(ids):
        grants.delete()
    _, by_model = Asset.objects.filter(pk__in=ids).delete()
    return by_model.get("assets.Asset", 0)
