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


def add_facts(label: str, provider: FactsOf) -> None:
    """Add a column to the list of sources and a line to their pages. The same label again replaces it."""
    _facts[label] = provider


def add_panel(name: str, panel: Panel) -> None:
    """Add a panel to the page of a source. The same name again replaces it."""
    _panels[name] = panel


def facts_about(person: Person, sources: Iterable[Source]) -> dict[str, Mapping[int, Fact]]:
    """Return every registered fact by label and source id."""
    ids = [source.pk for source in sources]
    return {label: provider(person, ids) for label, provider in _facts.items()}


def panels_for(request: HttpRequest, source: Source) -> list[SafeString]:
    """Return the registered panels that have something to show."""
    return [html for html in (panel(request, source) for panel in _panels.values()) if html]
