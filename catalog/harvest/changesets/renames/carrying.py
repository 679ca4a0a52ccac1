"""Giving everything that hangs on one asset to another: generic over all models that point at an asset.

Rows move by one UPDATE a model. Where the other asset already has such a row (a unique constraint says so), a merger of
the model decides; models without one keep the row that is there, and what the other said is handed back to be written
into the audit log, so that nothing is lost. Histories move along.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.serializers.python import Serializer
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Count, F
from guardian.models import GroupObjectPermission, UserObjectPermission

from catalog.assets.actions.history import credit
from catalog.assets.models import Asset, Description, Follow, Visit
from catalog.harvest.changesets.removing import is_history, made_by_people, relations
from portal.kit.people import Person

Merger = Callable[[Any, Any, Person, str], None]
"""Takes the row that stays, the row that would be a second one, who decides, and where the second came from."""

HARVESTED = {"assets.column", "assets.key", "assets.index"}
_NOT_CARRIED = {"search.document", "harvest.before", "harvest.rename"}  # made anew, useless afterwards, done apart
_WORDS = {
    "assets.description": "descriptions",
    "assets.ownership": "owners",
    "assets.follow": "followers",
    "assets.visit": "people who looked",
    "assets.schemachange": "changes in its history",
}


def _merge_descriptions(stays: Description, second: Description, by: Person, origin: str) -> None:
    """The newer text shows; the older one is in the history, to be compared and restored."""
    newer = max(stays, second, key=lambda row: row.edited_at)
    edited_by, edited_at = newer.edited_by_id, newer.edited_at
    why = f"Brought from {origin}" if newer is second else f"Kept over the older text of {origin}"
    stays.text, stays.version = newer.text, max(stays.version, second.version) + 1
    credit(stays, by=by, why=why)
    stays.save()
    Description.objects.filter(pk=stays.pk).update(edited_by=edited_by, edited_at=edited_at)


def _merge_follows(stays: Follow, second: Follow, by: Person, origin: str) -> None:
    Follow.objects.filter(pk=stays.pk).update(since=min(stays.since, second.since))


def _merge_visits(stays: Visit, second: Visit, by: Person, origin: str) -> None:
    last = max(stays.last_at, second.last_at)
    Visit.objects.filter(pk=stays.pk).update(times=F("times") + second.times, last_at=last)


MERGERS: dict[str, Merger] = {
    "assets.description": _merge_descriptions,
    "assets.follow": _merge_follows,
    "assets.visit": _merge_visits,
}
"""By model label; rooms above add theirs for rows of which an asset has one only."""


def words_for(model: type[models.Model]) -> str:
    """Return what rows of a model are called, in the plural."""
    return _WORDS.get(model._meta.label_lower, str(model._meta.verbose_name_plural))


def counts(*asset_ids: int) -> list[dict[str, int]]:
    """Return how much of what people made hangs on each asset, by kind in words; kinds without a row are left out."""
    numbers: list[Counter[str]] = [Counter() for _ in asset_ids]
    wanted = [*made_by_people(), *(one for one in relations() if one[0]._meta.label_lower == "assets.visit")]
    found = [
        (words_for(model), field, model._base_manager.filter(**{f"{field}__in": asset_ids})) for model, field in wanted
    ]
    grants = [("permissions", "object_pk", rows) for rows in _grants(*asset_ids)]
    for words, field, rows in (*found, *grants):
        by_asset = dict(rows.order_by().values_list(field).annotate(number=Count("pk")))
        for place, asset_id in enumerate(asset_ids):
            numbers[place][words] += by_asset.get(str(asset_id) if field == "object_pk" else asset_id, 0)
    return [dict(+one) for one in numbers]


@transaction.atomic
def carry(giver: Asset, taker: Asset, *, by: Person) -> list[dict[str, Any]]:
    """Give the taker all rows of the giver and, instead of its own, the giver's columns, keys and indexes.

    Returns the rows that had no place at the taker, as they were.
    """
    left: list[dict[str, Any]] = []
    for model, field in relations():
        label = model._meta.label_lower
        if label in _NOT_CARRIED:
            continue
        if label in HARVESTED:
            model._base_manager.filter(**{field: taker.pk}).delete()
        if is_history(model):
            model._base_manager.filter(**{field: giver.pk}).update(**{field: taker.pk})
        else:
            left += _move(model, field, giver, taker, by)
    for grants in _grants(giver.pk):
        for grant in grants:
            _move_row(grant, "object_pk", str(taker.pk))
    return left


def _move(model: type[models.Model], field: str, giver: Asset, taker: Asset, by: Person) -> list[dict[str, Any]]:
    rows = model._base_manager.filter(**{field: giver.pk})
    try:
        with transaction.atomic():
            rows.update(**{field: taker.pk})
    except IntegrityError:
        return [one for row in list(rows) for one in _move_or_merge(row, field, giver, taker, by)]
    return []


def _move_or_merge(row: models.Model, field: str, giver: Asset, taker: Asset, by: Person) -> list[dict[str, Any]]:
    if _move_row(row, field, taker.pk):
        return []
    label = row._meta.label_lower
    stays = _rival(row, field, taker)
    if label in MERGERS and stays is not None:
        MERGERS[label](stays, row, by, giver.path)
        lost = []
    else:
        lost = Serializer().serialize([row])
    with connection.cursor() as cursor:  # not by the ORM: its history would tell of a removal
        cursor.execute(f'DELETE FROM "{row._meta.db_table}" WHERE "{_key(row)}" = %s', [row.pk])  # noqa: S608
    return lost


def _key(row: models.Model) -> str:
    return str(row._meta.pk.column if row._meta.pk else "id")


def _move_row(row: models.Model, field: str, value: object) -> bool:
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**{field: value})
    except IntegrityError:
        return False
    return True


def _rival(row: models.Model, field: str, taker: Asset) -> models.Model | None:
    """Return the taker's row that stands in the way of this one."""
    for names in _unique_together(type(row), field):
        same = {name: getattr(row, name) for name in names if name != field}
        if found := type(row)._base_manager.filter(**same, **{field: taker.pk}).first():
            return found
    return None


def _unique_together(model: type[models.Model], field: str) -> list[tuple[str, ...]]:
    """Return the sets of fields, with this one among them, that may occur once only."""
    constraints = [tuple(one.fields) for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    alone = [(field,)] if model._meta.get_field(field).one_to_one else []
    return [*(names for names in constraints if field in names), *alone]


def _grants(*asset_ids: int) -> list[models.QuerySet[Any]]:
    keys = [str(asset_id) for asset_id in asset_ids]
    about = {"content_type__app_label": "assets", "content_type__model": "asset", "object_pk__in": keys}
    return [model.objects.filter(**about) for model in (UserObjectPermission, GroupObjectPermission)]
