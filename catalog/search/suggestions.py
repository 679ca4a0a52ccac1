"""Suggestions in groups, each with the address it leads to. Without a text: what the person did last."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.http import urlencode

from catalog.assets.queries.readers import recently_seen
from catalog.search import queries
from catalog.search.analytics.queries import recent
from catalog.search.backend import Suggestion
from catalog.search.columns.links import column_url
from catalog.search.palette import icon_of
from portal.kit.palette import PaletteGroup, PaletteItem
from portal.kit.people import Person

_SHORTEST = 2
_RECENT = 5
_HOLDER_ICONS = {"team": "users-round"}


def groups(person: Person, text: str) -> list[PaletteGroup]:
    """Return what the beginning of a text may become, for this person; for an empty one, what they did last."""
    wanted = text.strip()
    if not wanted:
        return recents(person)
    return _named(_suggested(person, text)) if len(wanted) >= _SHORTEST else []


def recents(person: Person) -> list[PaletteGroup]:
    """Return what the person last searched for and looked at."""
    searches = (PaletteItem(each.text, _results(q=each.text), "history") for each in recent(person, _RECENT))
    assets = (
        PaletteItem(visit.asset.name, _asset(visit.asset_id), icon_of(visit.asset.kind), visit.asset.path)
        for visit in recently_seen(person, _RECENT)
    )
    return _named([("Recent searches", searches), ("Recently looked at", assets)])


def _suggested(person: Person, text: str) -> Iterator[tuple[str, Iterable[PaletteItem]]]:
    found = queries.suggest(person, text)
    yield "Tables and views", map(_asset_item, found.assets)
    yield (
        "Columns",
        (
            PaletteItem(each.label, column_url(each.label), icon_of("column"), _tables(each.count))
            for each in found.columns
        ),
    )
    yield (
        "Domains",
        (
            PaletteItem(domain.name, _results(domain=domain.pk), "boxes", "domain")
            for domain in queries.suggest_domains(person, text)
        ),
    )
    yield (
        "People",
        (
            PaletteItem(each.label, _results(owner=each.key), _HOLDER_ICONS.get(each.kind, "user"), each.kind)
            for each in found.people
        ),
    )


def _named(found: Iterable[tuple[str, Iterable[PaletteItem]]]) -> list[PaletteGroup]:
    named = ((label, tuple(items)) for label, items in found)
    return [PaletteGroup(label, items) for label, items in named if items]


def _asset_item(each: Suggestion) -> PaletteItem:
    return PaletteItem(each.label, _asset(each.asset_id), icon_of(each.kind), each.hint)


def _asset(asset_id: int | None) -> str:
    return reverse("assets:detail", args=[asset_id])


def _results(**parameters: str | int) -> str:
    return f"{reverse('search:results')}?{urlencode(parameters)}"


def _tables(number: int) -> str:
    return f"in {number} table{'' if number == 1 else 's'}"
