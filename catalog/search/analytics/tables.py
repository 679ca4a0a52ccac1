"""Texts as a table: for the CSV."""

from typing import Any

from catalog.search.analytics.figures import Texts
from portal.kit.tables import Column, NumberColumn, Table

_LISTS = {"most": "Most asked", "empty": "Without results", "unopened": "Without a click"}


class TextTable(Table):
    """One row a text and list."""

    caption = "What people search for"
    found_in = Column(verbose_name="List")
    text = Column()
    searches = NumberColumn()
    people = NumberColumn()
    place = NumberColumn(verbose_name="Mean place of the first opened")


def rows_of(texts: Texts) -> list[dict[str, Any]]:
    """Return the rows as the table takes them."""
    return [
        {
            "found_in": _LISTS[row.kind],
            "text": row.key,
            "searches": row.searches,
            "people": row.people,
            "place": None if row.place is None else round(row.place, 1),
        }
        for row in (*texts.most, *texts.empty, *texts.unopened)
    ]
