"""What later rooms add to the page of an asset: tabs, and panels on its first page.

Rooms register in their AppConfig.ready(). A panel gives HTML, empty for nothing to show; it must show only what the
person may see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.assets.models import Asset
from portal.kit.people import Person

Panel = Callable[[HttpRequest, Asset], SafeString]
Place = Literal["content", "aside"]


@dataclass(frozen=True)
class Tab:
    """A page of an asset; `view` is a URL name that takes the asset's id."""

    label: str
    view: str
    count: Callable[[Person, Asset], int | None] | None = None


@dataclass(frozen=True)
class ShownTab:
    """A tab of one asset."""

    label: str
    url: str
    count: int | None


_OWN = (
    Tab("Overview", "assets:detail"),
    Tab("Columns", "assets:columns", lambda person, asset: asset.column_count),
    Tab("History", "assets:history"),
    Tab("Activity", "assets:activity"),
)
_tabs: dict[str, Tab] = {}
_panels: dict[Place, dict[str, Panel]] = {"content": {}, "aside": {}}


def add_tab(tab: Tab) -> None:
    """Add a tab after the room's own. The same label again replaces it."""
    _tabs[tab.label] = tab


def add_panel(name: str, panel: Panel, place: Place = "content") -> None:
    """Add a panel to the first page. The same name again replaces it."""
    _panels[place][name] = panel


def tabs_for(person: Person, asset: Asset) -> list[ShownTab]:
    """Return the tabs of an asset with their counts."""
    return [
        ShownTab(tab.label, reverse(tab.view, args=[asset.pk]), tab.count(person, asset) if tab.count else None)
        for tab in (*_OWN, *_tabs.values())
    ]


def panels_for(request: HttpRequest, asset: Asset, place: Place) -> list[SafeString]:
    """Return the registered panels that have something to show."""
    return [html for html in (panel(request, asset) for panel in _panels[place].values()) if html]
