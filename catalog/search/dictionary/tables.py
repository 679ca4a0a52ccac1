"""The dictionary as a table, and as the CSV that can be imported again."""

from typing import ClassVar

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.search.dictionary.policies import EDIT
from catalog.search.models import Equivalence
from portal.kit.people import signed_in
from portal.kit.tables import Column, Table, WhenColumn

_WORDS = {"td": {"class": "words"}}


class EntryTable(Table):
    """One row an entry."""

    caption = "Dictionary of search"
    empty = "No entry matches."
    hidden: ClassVar[tuple[str, ...]] = ("edited_by", "edited_at")
    short = Column(verbose_name="Short")
    long = Column(verbose_name="Long", attrs=_WORDS)
    kind = Column(verbose_name="Kind", attrs={"td": {"class": "tight"}})
    note = Column(verbose_name="Note", default="", attrs=_WORDS)
    edited_by = Column(verbose_name="Edited by", default="Atrium", order_by="edited_by__name")
    edited_at = WhenColumn(verbose_name="Edited")

    def render_short(self, value: str, record: Equivalence) -> SafeString | str:
        """Lead those who may edit to the entry."""
        if not signed_in(self.request).has_perm(EDIT):
            return value
        return format_html('<a href="{}">{}</a>', reverse("search:dictionary_entry", args=[record.pk]), value)

    def value_short(self, value: str) -> str:
        """Export the word alone."""
        return value
