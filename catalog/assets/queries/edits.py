"""The history of what people wrote, each edit beside the text before it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Window
from django.db.models.functions import Lag

from catalog.assets.models import Asset, Description, Layer
from portal.kit.people import Person

EDITS_A_PAGE = 10


@dataclass(frozen=True)
class Edit:
    """One version of a human description. `is_current` when it is what people say now."""

    history_id: int
    column_name: str
    by: Person | None
    at: datetime
    why: str
    before: str
    after: str
    is_current: bool

    @property
    def subject(self) -> str:
        """Say what was described."""
        return self.column_name or "the asset"

    @property
    def is_restorable(self) -> bool:
        """Whether there is a text to bring back."""
        return bool(self.after) and not self.is_current


def edits_of(asset: Asset, number: int | str | None) -> Page[Edit]:
    """Return a page of the history of human descriptions of an asset and its columns, newest first."""
    same_thing: dict[str, Any] = {"partition_by": [F("column_name")], "order_by": F("history_id").asc()}
    rows = (
        Description.history.filter(asset_id=asset.pk, layer=Layer.HUMAN)
        .annotate(
            text_before=Window(Lag("text"), **same_thing),
            type_before=Window(Lag("history_type"), **same_thing),
        )
        .select_related("history_user")
        .order_by("-history_id")
    )
    current = dict(asset.descriptions.filter(layer=Layer.HUMAN).values_list("column_name", "version"))
    page: Page[Any] = Paginator(rows, EDITS_A_PAGE).get_page(number)
    page.object_list = [_edit(row, current) for row in page.object_list]
    return page


def _edit(row: Any, current: dict[str, int]) -> Edit:
    is_removal = row.history_type == "-"
    return Edit(
        history_id=row.history_id,
        column_name=row.column_name,
        by=row.history_user,
        at=row.history_date,
        why=row.history_change_reason or "",
        before="" if row.type_before in (None, "-") else row.text_before,
        after="" if is_removal else row.text,
        is_current=not is_removal and current.get(row.column_name) == row.version,
    )
