"""The facets of search by name, and how their counts become checkboxes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.assets.models import AssetKind, Certification, Sensitivity
from catalog.search.backend import Answer, Count
from portal.kit.facets import Facet, FacetOption

NONE = "none"
"""The value of the owner, domain and sensitivity facets for assets that have none."""
_LONGEST = 7


@dataclass(frozen=True)
class FacetKind:
    """A way to narrow results. Fixed `values` keep their order; the `hint` says what is meant."""

    name: str
    label: str
    values: Mapping[str, str] | None = None
    shown: int = 5
    is_open: bool = True
    hint: str = ""


DAYS_A_YEAR = 365
"""The values of the history facet are years; an asset meets one with as many days from first to last in its data."""
_SENSITIVITIES = {level.value: str(level.label) for level in Sensitivity} | {NONE: "Not classified"}
FACETS = (
    FacetKind("type", "Type", dict(AssetKind.choices)),
    FacetKind("source", "Source"),
    FacetKind("domain", "Domain"),
    FacetKind("sensitivity", "Sensitivity", _SENSITIVITIES),
    FacetKind(
        "usable",
        "Access",
        {"yes": "I can use"},
        hint="Opened to you or a team of yours, yours to answer for, or public.",
    ),
    FacetKind("certification", "Certification", dict(Certification.choices)),
    FacetKind("updated", "Updated", {"7": "In 7 days", "30": "In 30 days", "90": "In 90 days"}),
    FacetKind(
        "history",
        "History",
        {str(years): f"At least {years} year{'s' if years > 1 else ''} of data" for years in (1, 2, 5, 10)},
        hint="From the first to the last day in its data.",
        is_open=False,
    ),
    FacetKind("owner", "Owner", shown=5),
    FacetKind("described", "Description", {"yes": "Described", "no": "Not described"}),
)
BY_NAME = {facet.name: facet for facet in FACETS}


def checkboxes(answer: Answer, chosen: Mapping[str, tuple[str, ...]]) -> list[Facet]:
    """Return the facets as the page shows them; one without any value is left out."""
    facets = (
        _checkboxes(kind, answer.facets.get(kind.name, ()), chosen.get(kind.name, ()), is_about=answer.is_about)
        for kind in FACETS
    )
    return [facet for facet in facets if facet.options]


def _checkboxes(kind: FacetKind, counts: Iterable[Count], chosen: tuple[str, ...], *, is_about: bool) -> Facet:
    found = {count.value: count for count in counts}
    values = [value for value in kind.values if value in found or value in chosen] if kind.values else list(found)
    kept = [value for place, value in enumerate(values) if place < _LONGEST or value in chosen]
    missing = [value for value in chosen if value not in kept]
    options = [_option(kind, value, found.get(value), value in chosen) for value in kept + missing]
    is_open = kind.is_open or bool(chosen)
    return Facet(kind.name, kind.label, options, is_open, kind.shown, hint=kind.hint, is_about=is_about)


def _option(kind: FacetKind, value: str, found: Count | None, selected: bool) -> FacetOption:
    """An option that nothing visible has goes by no name: the person must not learn whether there is one."""
    label = (kind.values or {}).get(value) or (found.label if found else "") or "Unknown"
    return FacetOption(value, label, found.count if found else 0, selected)
