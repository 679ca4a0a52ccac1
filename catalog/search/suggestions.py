"""Suggestions in groups, each with the address it leads to."""

from django.urls import reverse
from django.utils.http import urlencode

from catalog.search import queries
from catalog.search.palette import icon_of
from portal.kit.palette import PaletteGroup, PaletteItem
from portal.kit.people import Person

_SHORTEST = 2


def groups(person: Person, text: str) -> list[PaletteGroup]:
    """Return what the beginning of a text may become, for this person."""
    if len(text.strip()) < _SHORTEST:
        return []
    found = queries.suggest(person, text)
    results = reverse("search:results")
    assets = [
        PaletteItem(each.label, reverse("assets:detail", args=[each.asset_id]), icon_of(each.kind), each.hint)
        for each in found.assets
    ]
    columns = [
        PaletteItem(each.label, f"{results}?{urlencode({'q': each.label})}", icon_of("column"), _tables(each.count))
        for each in found.columns
    ]
    domains = [
        PaletteItem(domain.name, f"{results}?{urlencode({'domain': domain.pk})}", "boxes", "domain")
        for domain in queries.suggest_domains(person, text)
    ]
    named = [("Tables and views", assets), ("Columns", columns), ("Domains", domains)]
    return [PaletteGroup(label, tuple(items)) for label, items in named if items]


def _tables(number: int) -> str:
    return f"in {number} table{'' if number == 1 else 's'}"
