"""What higher rooms add to sources: facts in the list, panels on the page, a say in deletion and privacy.

Rooms register in their AppConfig.ready().
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.safestring import SafeString

from catalog.sources.models import Source
from portal.kit.people import Person


@dataclass(frozen=True)
class Fact:
    """A cell of the list: words with a tone, a moment behind them, a link."""

    text: str
    tone: str = ""
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True)
class Harvests:
    """How the harvests of a source went, as its health is told from them."""

    state: str = ""  # of the last one: a JobState
    error: str = ""
    url: str = ""
    at: datetime | None = None  # its end, or its beginning
    succeeded_at: datetime | None = None  # the end of the last one that worked
    held_url: str = ""  # of the one that waits for approval


HarvestsOf = Callable[[Person, Sequence[int]], Mapping[int, Harvests] | None]
"""Gives the harvests by source id in few queries; None for a person who may not know of them."""
FactsOf = Callable[[Person, Sequence[int]], Mapping[int, Fact]]
"""Gives facts by source id in one query; only what the person may know."""
Panel = Callable[[HttpRequest, Source], SafeString]
"""Gives a piece of the source's page, empty for nothing."""

on_privacy_change: list[Callable[[Source], None]] = []
"""Called inside the transaction that makes a source private or open, so that no label lags behind."""
before_delete: list[Callable[[Source], None]] = []
"""Called inside the transaction that deletes a source; raise Conflict to refuse."""
_facts: dict[str, FactsOf] = {}
_panels: dict[str, Panel] = {}
_harvests: list[HarvestsOf] = []
_counts: dict[str, Callable[[Person], Mapping[int, int]]] = {}


def add_facts(label: str, provider: FactsOf) -> None:
    """Add a column to the list of sources and a line to their pages. The same label again replaces it."""
    _facts[label] = provider


def add_panel(name: str, panel: Panel) -> None:
    """Add a panel to the page of a source. The same name again replaces it."""
    _panels[name] = panel


def tell_harvests(provider: HarvestsOf) -> None:
    """Say how harvests went; the last provider counts."""
    _harvests[:] = [provider]


def add_count(label: str, provider: Callable[[Person], Mapping[int, int]]) -> None:
    """Add a number by source id to the list of sources, of what the person may see; in one query."""
    _counts[label] = provider


def harvests_of(person: Person, source_ids: Sequence[int]) -> Mapping[int, Harvests] | None:
    """Return how the harvests of these sources went; None when the person may not know, or nothing harvests here."""
    return _harvests[0](person, source_ids) if _harvests else None


def counts_for(person: Person) -> dict[str, Mapping[int, int]]:
    """Return every registered number by label and source id."""
    return {label: provider(person) for label, provider in _counts.items()}


def facts_about(person: Person, sources: Iterable[Source]) -> dict[str, Mapping[int, Fact]]:
    """Return every registered fact by label and source id."""
    ids = [source.pk for source in sources]
    return {label: provider(person, ids) for label, provider in _facts.items()}


def panels_for(request: HttpRequest, source: Source) -> list[SafeString]:
    """Return the registered panels that have something to show."""
    return [html for html in (panel(request, source) for panel in _panels.values()) if html]
