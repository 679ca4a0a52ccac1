"""Tables: sorted, paged, with a column chooser and a CSV of all rows. They work without JavaScript.

class SourceTable(Table):
    caption = "Sources"
    hidden = ("created_at",)      # in the chooser, not shown at first
    name = Column(linkify=True)
    size = NumberColumn()

table = SourceTable(rows, request=request)
if wants_csv(request):
    return csv_of(table, "sources")
return page(request, "sources/list.html", {"table": table}, fragment="ui/table.html")
"""

import csv
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import django_tables2
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.text import slugify
from django_tables2 import Column, TemplateColumn

__all__ = ["Column", "NumberColumn", "Table", "TemplateColumn", "WhenColumn", "csv_of", "wants_csv"]

PAGE_SIZES = (25, 50, 100)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ROWS_AT_ONCE = 1000


class Table(django_tables2.Table):  # type: ignore[misc]  # the package has no types
    """The base of all tables. Give it the request: sorting, page, size and columns are in its address."""

    caption: ClassVar[str] = ""
    empty: ClassVar[str] = "Nothing here yet."
    hidden: ClassVar[tuple[str, ...]] = ()
    sizes: ClassVar[tuple[int, ...]] = PAGE_SIZES

    def __init__(self, data: Iterable[Any], *, request: HttpRequest, **options: Any) -> None:
        defaults = {"template_name": "ui/table.html", "attrs": {"class": "table"}, "empty_text": self.empty}
        super().__init__(data, **(defaults | options))
        self.request = request
        self.per_page = _page_size(request.GET.get(self.prefixed_per_page_field), self.sizes)
        self.chosen = self._choose_columns()
        if order := request.GET.getlist(self.prefixed_order_by_field):
            self.order_by = order
        self.paginator = Paginator(self.rows, self.per_page)

    @cached_property
    def page(self) -> Page[Any]:
        """Return the page that the address names; a wrong number gives the nearest."""
        return self.paginator.get_page(self.request.GET.get(self.prefixed_page_field))

    @property
    def id(self) -> str:
        """Name the table within its page."""
        return f"table-{self.prefix}{slugify(type(self).__name__)}"

    @property
    def choosable(self) -> list[Any]:
        """Return the columns with a heading, for the chooser."""
        return [column for column in self.columns.iterall() if column.header]

    @property
    def kept_parameters(self) -> list[tuple[str, str]]:
        """Return the address's parameters but the table's own, for its small forms."""
        own = {self.prefixed_per_page_field, self.prefixed_page_field, self.columns_field}
        return [(name, value) for name, values in self.request.GET.lists() if name not in own for value in values]

    @property
    def status(self) -> str:
        """Say what the table shows, for people who don't see it."""
        sort = f", sorted by {', '.join(self.order_by)}" if self.order_by else ""
        return f"{self.paginator.count} rows, page {self.page.number} of {self.paginator.num_pages}{sort}."

    @property
    def csv_url(self) -> str:
        """Return the address of the CSV of these rows."""
        query = self.request.GET.copy()
        query["format"] = "csv"
        return f"?{query.urlencode()}"

    def sort_url(self, column: Any) -> str:
        """Return the address sorted by the column, the other way round when it is already."""
        query = self.request.GET.copy()
        query[self.prefixed_order_by_field] = str(column.order_by_alias.next)
        query.pop(self.prefixed_page_field, None)
        return f"?{query.urlencode()}"

    @property
    def headings(self) -> list[tuple[Any, str, str]]:
        """Return each shown column with its aria-sort and the address that sorts by it."""
        return [(column, _direction(column), self.sort_url(column)) for column in self.columns]

    @property
    def columns_field(self) -> str:
        return f"{self.prefix}columns"

    def _choose_columns(self) -> set[str]:
        """Show the columns that the address names, else those remembered in the session, else the usual ones."""
        names = {column.name for column in self.choosable}
        asked = set(self.request.GET.getlist(self.columns_field)) & names
        session = getattr(self.request, "session", {})
        if asked:
            session[f"columns:{self.id}"] = sorted(asked)
        remembered = asked or set(session.get(f"columns:{self.id}", [])) & names
        chosen = remembered or names - set(self.hidden)
        for name in names - chosen:
            self.columns.hide(name)
        return chosen


class NumberColumn(Column):  # type: ignore[misc]  # the package has no types
    """Numbers, aligned at their end, with separators of thousands."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("attrs", {"th": {"class": "num"}, "td": {"class": "num"}})
        super().__init__(*args, **options)

    def render(self, value: Any) -> str:
        """Write 12,345."""
        return f"{value:,}"

    def value(self, value: Any) -> Any:
        """Export the bare number."""
        return value


class WhenColumn(TemplateColumn):  # type: ignore[misc]  # the package has no types
    """A moment in relative words; the CSV has it in ISO 8601."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, template_code="{% load ui %}{% when value %}", **options)

    def value(self, **facts: Any) -> Any:
        """Export the moment itself."""
        return facts["value"].isoformat() if facts["value"] else ""


def wants_csv(request: HttpRequest) -> bool:
    """Say whether the address asks for the CSV."""
    return request.GET.get("format") == "csv"


def csv_of(table: Table, name: str) -> StreamingHttpResponse:
    """Stream all rows of the table, not just the page, as <name>.csv."""
    writer: Any = csv.writer(_Echo())
    response = StreamingHttpResponse(
        (writer.writerow(row) for row in _rows(table)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.csv"'
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _rows(table: Table) -> Iterator[list[str]]:
    columns = [column for column in table.columns.iterall() if column.header]
    yield [_cell(column.header) for column in columns]
    for record in _records(table.data.data):
        row = django_tables2.rows.BoundRow(record, table=table)
        yield [_cell(row.get_cell_value(column.name)) for column in columns]


def _records(data: Any) -> Iterator[Any]:
    return data.iterator(chunk_size=_ROWS_AT_ONCE) if isinstance(data, QuerySet) else iter(data)


def _cell(value: object) -> str:
    """Write a cell; text that a spreadsheet would take for a formula is quoted."""
    text = strip_tags(str(value)) if value is not None else ""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not isinstance(value, (int, float)) else text


def _direction(column: Any) -> str:
    if not column.is_ordered:
        return "none"
    return "descending" if column.order_by_alias.is_descending else "ascending"


def _page_size(given: str | None, sizes: tuple[int, ...]) -> int:
    return int(given) if given in {str(size) for size in sizes} else sizes[0]
