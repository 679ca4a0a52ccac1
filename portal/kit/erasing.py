"""Deleting a thing with all that hangs on it, in sets: some statements a table instead of some a row."""

from collections.abc import Iterator
from typing import Any

from django.db import models, router
from django.db.models import CASCADE, DO_NOTHING, SET_NULL, ForeignObjectRel, QuerySet

from portal.kit.errors import Conflict


def erase(rows: QuerySet[Any]) -> None:
    """Delete the rows and what refers to them, as their foreign keys say; no signal is sent, no history is written.

    Raises Conflict when something refers to a row by a foreign key that forbids its deletion. Call it in a transaction.
    """
    _erase(rows, frozenset())


def _erase(rows: QuerySet[Any], on_the_way: frozenset[ForeignObjectRel]) -> None:
    for relation in _relations_to(rows.model):
        if relation not in on_the_way:
            _follow(relation, rows, on_the_way | {relation})
    rows._raw_delete(router.db_for_write(rows.model))  # noqa: SLF001 - delete() would load the rows


def _follow(relation: ForeignObjectRel, rows: QuerySet[Any], on_the_way: frozenset[ForeignObjectRel]) -> None:
    name = relation.field.name
    referring = relation.related_model._base_manager.filter(**{f"{name}__in": rows.order_by().values("pk")})
    if relation.on_delete is CASCADE:
        _erase(referring, on_the_way)
    elif relation.on_delete is SET_NULL:
        referring.update(**{name: None})
    elif relation.on_delete is not DO_NOTHING and referring.exists():
        kind = relation.related_model._meta.verbose_name_plural
        raise Conflict(f"This can't be deleted as long as {kind} refer to it.")


def _relations_to(model: type[models.Model]) -> Iterator[ForeignObjectRel]:
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel) and (field.one_to_many or field.one_to_one):
            yield field
