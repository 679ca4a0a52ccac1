"""What the room gives to others when the portal starts: labels that follow a source, links, places of the palette."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest
from django.urls import reverse

from catalog.assets.actions import relabel_source
from catalog.assets.models import Asset
from catalog.assets.queries.browse import visible_schemas
from catalog.assets.queries.domains import visible_domains
from catalog.sources.registry import on_privacy_change
from governance.audit import links
from portal.kit import palette
from portal.kit.people import Person, signed_in

_AT_LEAST = 2
_MOST = 6


def join_the_house() -> None:
    """Register with the rooms below; twice is as good as once."""
    if relabel_source not in on_privacy_change:
        on_privacy_change.append(relabel_source)
    links.register("assets.asset", _asset_links)
    links.register("assets.domain", _domain_links)
    links.register("assets.schema", _schema_links)
    palette.register("Domains", palette_domains)


def palette_domains(request: HttpRequest, text: str) -> Iterator[palette.PaletteItem]:
    """Offer visible domains whose name holds the text."""
    text = text.strip()
    if len(text) < _AT_LEAST:
        return
    for domain in visible_domains(signed_in(request)).filter(name__icontains=text)[:_MOST]:
        yield palette.PaletteItem(domain.name, reverse("assets:domain", args=[domain.pk]), "boxes")


def _asset_links(person: Person, ids: Sequence[str]) -> dict[str, str]:
    found = Asset.objects.visible_to(person).filter(pk__in=ids).values_list("pk", flat=True)
    return {str(pk): reverse("assets:detail", args=[pk]) for pk in found}


def _domain_links(person: Person, ids: Sequence[str]) -> dict[str, str]:
    found = visible_domains(person).filter(pk__in=ids).values_list("pk", flat=True)
    return {str(pk): reverse("assets:domain", args=[pk]) for pk in found}


def _schema_links(person: Person, ids: Sequence[str]) -> dict[str, str]:
    found = visible_schemas(person).filter(pk__in=ids).values_list("pk", flat=True)
    return {str(pk): reverse("assets:browse_schema", args=[pk]) for pk in found}
