"""The table of a plan, on the page and as CSV."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.assets.models import ChangeKind
from catalog.harvest.discretion import Discretion
from catalog.harvest.models import PlannedChange
from portal.kit.tables import Column, Table, TemplateColumn


class PlanTable(Table):
    """What would be changed, a line a change."""

    caption = "What would change"
    empty = "Nothing that you may see."

    asset_name = TemplateColumn(template_name="harvest/changesets/_planned_asset.html", verbose_name="Asset")
    kind = TemplateColumn(template_name="harvest/changesets/_planned_kind.html", verbose_name="Change")
    name = Column(verbose_name="What")
    is_breaking = TemplateColumn(template_name="harvest/changesets/_planned_breaking.html", verbose_name="Breaking")

    def __init__(self, data: QuerySet[PlannedChange], *, request: HttpRequest, discretion: Discretion) -> None:
        super().__init__(data, request=request)
        self._discretion = discretion

    def value_asset_name(self, record: PlannedChange) -> str:
        """Export schema and name."""
        return f"{record.schema_name}.{record.asset_name}"

    def order_asset_name(self, rows: QuerySet[PlannedChange], is_descending: bool) -> tuple[Any, bool]:
        """Sort by schema, then name."""
        sign = "-" if is_descending else ""
        return rows.order_by(f"{sign}schema_name", f"{sign}asset_name", "part", "name"), True

    def value_kind(self, record: PlannedChange) -> str:
        """Export the word."""
        return ChangeKind(record.kind).label

    def render_name(self, record: PlannedChange) -> str:
        """Say which part of the asset changes; nothing for the asset itself."""
        if record.part == "asset":
            return "" if record.kind != ChangeKind.CHANGED else self._changed(record)
        return f"{record.get_part_display()} {self._discretion.name(record)}"

    def value_is_breaking(self, record: PlannedChange) -> str:
        """Export yes or no."""
        return "yes" if record.is_breaking else "no"

    def _changed(self, record: PlannedChange) -> str:
        before, after = record.before or {}, record.after or {}
        return ", ".join(sorted(name.capitalize() for name in after if before.get(name) != after[name]))
