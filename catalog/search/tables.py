"""Results as a table: for the CSV."""

from django_tables2 import A

from portal.kit.tables import Column, NumberColumn, Table, WhenColumn


class ResultTable(Table):
    """One row a result, in the order of the page."""

    caption = "Search results"
    name = Column()
    path = Column()
    type = Column(accessor=A("get_kind_display"))
    description = Column(accessor=A("document__description"))
    owners = Column(accessor=A("document__owner_names"))
    certification = Column(accessor=A("get_certification_display"))
    rows_estimate = NumberColumn(accessor=A("row_estimate"), verbose_name="Rows (estimate)")
    columns_count = NumberColumn(accessor=A("column_count"), verbose_name="Columns")
    changed_at = WhenColumn(verbose_name="Structure changed")

    def value_owners(self, value: list[str]) -> str:
        """Write the names one after the other."""
        return ", ".join(value)
