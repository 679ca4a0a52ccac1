"""The columns of an asset: filtered, sorted, paged."""

from functools import reduce
from operator import or_

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from catalog.assets.models import KeyKind, LogicalType
from catalog.assets.queries.assets import shown_column_text
from catalog.assets.queries.keys import references
from catalog.assets.queries.marks import marks_by_column
from catalog.assets.tables import ColumnTable
from catalog.assets.views.frame import asset_or_404, framed
from portal.kit.people import signed_in
from portal.kit.tables import csv_of, wants_csv
from portal.kit.web import page

MOST_INDEXES = 20


@require_safe
def columns(request: HttpRequest, asset_id: int) -> HttpResponseBase:
    """Show the columns whose name, type or description holds ?q=."""
    asset = asset_or_404(request, asset_id)
    keys, indexes = list(asset.keys.all()), list(asset.indexes.all())
    outgoing = references(signed_in(request), asset, keys)
    context = framed(
        request,
        asset,
        column_filter=request.GET.get("q", ""),
        keys=[key for key in keys if key.kind != KeyKind.FOREIGN],
        indexes=indexes[:MOST_INDEXES],
        more_indexes=len(indexes) - MOST_INDEXES,
    )
    rows = asset.columns.annotate(shown_text=shown_column_text()).order_by("position")
    if wanted := request.GET.get("q", "").strip():
        rows = rows.filter(_holds(wanted))
    marks = marks_by_column(keys, outgoing, indexes)
    may_edit = bool(context["powers"].describe)
    table = ColumnTable(rows, request=request, asset=asset, marks=marks, may_edit=may_edit)
    if wants_csv(request):
        return csv_of(table, f"{asset.path} columns")
    return page(request, "assets/columns.html", context | {"table": table}, fragment="ui/table.html")


def _holds(wanted: str) -> Q:
    """Match name, type in either wording, or description."""
    kinds = [value for value, label in LogicalType.choices if wanted.lower() in str(label).lower()]
    texts = (Q(**{f"{field}__icontains": wanted}) for field in ("name", "data_type", "shown_text"))
    return reduce(or_, texts, Q(logical_type__in=kinds))
