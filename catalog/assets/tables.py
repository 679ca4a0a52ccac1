"""Tables of assets, schemas and columns."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.assets.models import Asset, Domain
from catalog.assets.models import Column as ColumnRow
from catalog.assets.queries.descriptions import Resolved, descriptions_of_columns
from catalog.assets.queries.marks import ColumnMark
from catalog.assets.queries.owners import Owners, owners_of_many
from catalog.assets.visibility import shown_domain
from portal.kit.markdown import plain
from portal.kit.people import signed_in
from portal.kit.tables import Column, NumberColumn, Table, TemplateColumn, WhenColumn

_TEXT_IN_LISTS = 160
_WORDS = {"td": {"class": "words"}}


class AssetTable(Table):
    """Assets of a schema or domain."""

    caption = "Assets"
    empty = "No table or view here matches."
    hidden: ClassVar[tuple[str, ...]] = ("kind", "size_bytes", "written_at")

    name = TemplateColumn(template_name="assets/_name_cell.html", order_by="name", verbose_name="Name")
    kind = Column(accessor="get_kind_display", order_by="kind", verbose_name="Kind")
    schema = Column(accessor="schema__name", verbose_name="Schema")
    shown_text = Column(verbose_name="Description", orderable=False, attrs=_WORDS)
    domain = Column(verbose_name="Domain", order_by="domain__name", default="-")
    owner = Column(empty_values=(), orderable=False, verbose_name="Owner")
    row_estimate = NumberColumn(verbose_name="Rows", default="-")
    size_bytes = NumberColumn(verbose_name="Size in bytes", default="-")
    changed_at = WhenColumn(verbose_name="Changed")
    written_at = WhenColumn(verbose_name="Rows written")

    def render_domain(self, value: Domain) -> str:
        """Name the domain unless it is private to others."""
        return str(shown_domain(signed_in(self.request), value) or "-")

    def value_name(self, record: Asset) -> str:
        """Export the whole path."""
        return record.path

    def render_shown_text(self, value: str) -> str:
        """Show the beginning of the description without its Markdown."""
        text = plain(value)
        return text if len(text) <= _TEXT_IN_LISTS else f"{text[: _TEXT_IN_LISTS - 1]}…"

    def value_shown_text(self, value: str) -> str:
        """Export the description as written."""
        return value

    def render_owner(self, record: Asset) -> SafeString:
        """Show the first owner, inherited ones included."""
        first = self.owners[record.pk].first
        if first is None:
            return format_html('<span class="muted">{}</span>', "nobody")
        return format_html("{}", first.person or first.team)

    def value_owner(self, record: Asset) -> str:
        """Export all owners."""
        return self.owners[record.pk].names

    @cached_property
    def owners(self) -> dict[int, Owners]:
        """Owners of the rows on show; of all rows for an export."""
        records = self.data.data if self.request.GET.get("format") == "csv" else [row.record for row in self.page]
        return owners_of_many(records)


class ColumnTable(Table):
    """Columns of an asset, described in place."""

    caption = "Columns"
    empty = "No column matches."
    hidden: ClassVar[tuple[str, ...]] = ("default",)

    position = Column(verbose_name="#", attrs={"td": {"class": "num tight"}, "th": {"class": "num"}})
    name = Column(verbose_name="Name", attrs={"td": {"class": "key"}})
    data_type = Column(verbose_name="Type")
    logical_type = Column(accessor="get_logical_type_display", order_by="logical_type", verbose_name="Holds")
    is_nullable = Column(verbose_name="Nulls")
    default = Column(verbose_name="Default", orderable=False)
    shown_text = Column(verbose_name="Description", empty_values=(), attrs=_WORDS)

    def __init__(
        self, data: Any, *, request: HttpRequest, asset: Asset, marks: dict[str, list[ColumnMark]], may_edit: bool
    ) -> None:
        super().__init__(data, request=request)
        self.asset = asset
        self.marks = marks
        self.may_edit = may_edit

    def render_name(self, record: ColumnRow) -> SafeString:
        """Show the name with its keys."""
        context = {"column": record, "marks": self.marks.get(record.name, [])}
        return SafeString(render_to_string("assets/_column_name.html", context))

    def value_name(self, value: str) -> str:
        """Export the bare name."""
        return value

    def render_data_type(self, value: str) -> SafeString:
        """Show the type as code."""
        return format_html('<span class="mono">{}</span>', value)

    def value_data_type(self, value: str) -> str:
        """Export the bare type."""
        return value

    def render_is_nullable(self, value: bool) -> str:
        """Say whether values may be missing."""
        return "allowed" if value else "never"

    def value_is_nullable(self, value: bool) -> str:
        """Export yes or no."""
        return "yes" if value else "no"

    def render_shown_text(self, record: ColumnRow) -> SafeString:
        """Show the description with the button that edits it."""
        context = {
            "asset": self.asset,
            "column_name": record.name,
            "resolved": self.resolved[record.name],
            "may_edit": self.may_edit,
        }
        return SafeString(render_to_string("assets/_description.html", context))

    def value_shown_text(self, record: Any) -> str:
        """Export the description as written."""
        return str(record.shown_text)

    @cached_property
    def resolved(self) -> dict[str, Resolved]:
        """Descriptions of the columns on show."""
        return descriptions_of_columns(self.asset, [row.record for row in self.page])


class SchemaTable(Table):
    """Schemas of a source."""

    caption = "Schemas"
    empty = "Nothing has been harvested from this source yet."

    name = TemplateColumn(
        '<a href="{% url "assets:browse_schema" record.schema.pk %}">{{ record.schema.name }}</a>',
        accessor="schema__name",
        verbose_name="Schema",
    )
    comment = Column(accessor="schema__comment", verbose_name="Comment", orderable=False, default="-")
    domain = Column(verbose_name="Domain", default="-", orderable=False)
    assets = NumberColumn(verbose_name="Tables and views")
