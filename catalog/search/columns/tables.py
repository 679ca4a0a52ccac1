"""The tables that have a column: on the page and as CSV."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from catalog.assets.models import Column as ColumnRow
from catalog.assets.models import Domain
from catalog.assets.visibility import shown_domain
from portal.kit.markdown import plain
from portal.kit.people import signed_in
from portal.kit.tables import Column, Table, TemplateColumn

_TEXT_SHOWN = 160


class UseTable(Table):
    """One row a table that has the column."""

    caption = "Tables with this column"
    path = Column(accessor="asset__path", verbose_name="Table", attrs={"td": {"class": "mono"}})
    name = Column(verbose_name="Column", attrs={"td": {"class": "mono nowrap"}})
    data_type = Column(verbose_name="Type", attrs={"td": {"class": "mono"}})
    logical_type = Column(accessor="get_logical_type_display", verbose_name="Holds")
    shown_text = Column(verbose_name="Description", empty_values=(), attrs={"td": {"class": "words"}})
    certification = TemplateColumn(
        "{% load ui %}{% certification value %}", accessor="asset__certification", verbose_name="Certification"
    )
    domain = Column(accessor="asset__domain", verbose_name="Domain", default="-")
    owners = Column(accessor="asset__document__owner_names", verbose_name="Owners", empty_values=())

    def render_path(self, record: ColumnRow) -> SafeString:
        """Lead to the column on its table's page."""
        columns = f"{reverse('assets:columns', args=[record.asset_id])}?{urlencode({'q': record.name})}"
        return format_html('<a href="{}">{}</a>', columns, record.asset.path)

    def value_path(self, value: str) -> str:
        """Export the bare path."""
        return value

    def render_shown_text(self, value: str) -> str | SafeString:
        """Show the beginning of the description without its marks."""
        text = plain(value)
        if not text:
            return format_html('<span class="muted">{}</span>', "not described")
        return text if len(text) <= _TEXT_SHOWN else f"{text[: _TEXT_SHOWN - 1]}…"

    def value_shown_text(self, value: str) -> str:
        """Export the description as written."""
        return value

    def value_certification(self, record: ColumnRow) -> str:
        """Export the word."""
        return record.asset.get_certification_display()

    def render_domain(self, value: Domain) -> str:
        """Name the domain unless it is private to others."""
        return str(shown_domain(signed_in(self.request), value) or "-")

    def render_owners(self, value: list[str]) -> str:
        """Name the first owners."""
        return ", ".join(value[:2]) + (f" +{len(value) - 2}" if len(value) > 2 else "") or "-"

    def value_owners(self, value: list[str]) -> str:
        """Export all of them."""
        return ", ".join(value)
