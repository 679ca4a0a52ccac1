"""Ways to a source from elsewhere: the command palette and the audit log."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from catalog.sources.queries import visible_sources
from portal.kit.palette import PaletteItem
from portal.kit.people import Person, signed_in


def palette_items(request: HttpRequest, text: str) -> Iterator[PaletteItem]:
    """Offer the sources whose name holds the text."""
    wanted = text.strip()
    if not wanted:
        return
    for source in visible_sources(signed_in(request)).filter(name__icontains=wanted)[:6]:
        yield PaletteItem(source.name, _url(source.pk), "database", hint="Source")


def links(person: Person, ids: list[str]) -> dict[str, str]:
    """Return addresses by id of those sources that the person may know of."""
    found = visible_sources(person).filter(pk__in=ids).values_list("pk", flat=True)
    return {str(pk): _url(pk) for pk in found}


def _url(source_id: int) -> str:
    return reverse("sources:detail", args=[source_id])
