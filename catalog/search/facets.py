"""The facets of search by name, and how their counts become checkboxes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.assets.models import AssetKind, Certification
from catalog.search.backend import Answer, Count
from portal.kit.facets import Facet, FacetOption

NONE = "none"
"""The value of an owner or domain facet for assets that have none."""
_LONGEST = 10


@dataclass(frozen=True)
class FacetKind:
    """A way to narrow results. Fixed `values` keep their order and show even when nothing has them."""

    name: str
    label: str
    values: Mapping[str, str] | None = None
    shown: int = 6
    is_open: bool = True


FACETS = (
    FacetKind("type", "Type", dict(AssetKind.choices)),
    FacetKind("source", "Source"),
    FacetKind("domain", "Domain"),
    FacetKind("certification", "Certification", dict(Certification.choices)),
    FacetKind("updated", "Updated", {"7": "In 7 days", "30": "In 30 days", "90": "In 90 days"}),
    FacetKind("owner", "Owner", shown=5),
    FacetKind("described", "Description", {"yes": "Described", "no": "Not described"}),
)
BY_NAME = {facet.name: facet for facet in FACETS}


def checkboxes(answer: Answer, chosen: Mapping[str, tuple[str, ...]]) -> list[Facet]:
    """Return the facets as the page shows them; one without any value is left out."""
    facets = (_checkboxes(kind, answer.facets.get(kind.name, ()), chosen.get(kind.name, ())) for kind in FACETS)
    return [facet for facet in facets if facet.options]


def _checkboxes(kind: FacetKind, counts: Iterable[Count], chosen: tuple[str, ...]) -> Facet:
    found = {count.value: count for count in counts}
    values = [value for value in kind.values if value in found or value in chosen] if kind.values else list(found)
    kept = [value for place, value in enumerate(values) if place < _LONGEST or value in chosen]
    missing = [value for value in chosen if value not in kept]
    options = [_option(kind, value, found.get(value), value in chosen) for value in kept + missing]
    return Facet(kind.name, kind.label, options, is_open=kind.is_open, shown=kind.shown)


def _option(kind: FacetKind, value: str, found: Count | None, selected: bool) -> FacetOption:
    """An option that nothing visible has goes by no name: the person must not learn whether there is one."""
    label = (kind.values or {}).get(value) or (found.label if found else "") or "Unknown"
    return FacetOption(value, label, found.count if found else 0, selected)
