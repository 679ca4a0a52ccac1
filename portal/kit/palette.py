"""The command palette's registry: each room gives what it wants to be found by Ctrl-K."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from django.http import HttpRequest


@dataclass(frozen=True)
class PaletteItem:
    """A place to go to."""

    label: str
    url: str
    icon: str = "arrow-right"
    hint: str = ""


@dataclass(frozen=True)
class PaletteGroup:
    """A provider's answer under its name."""

    label: str
    options: tuple[PaletteItem, ...]


Provider = Callable[[HttpRequest, str], Iterable[PaletteItem]]
_ITEMS_A_GROUP = 6
_providers: dict[str, Provider] = {}


def register(label: str, provider: Provider) -> None:
    """Add a provider under a group's name; call it in the room's AppConfig.ready(). Again replaces it."""
    _providers[label] = provider


def find(request: HttpRequest, text: str) -> list[PaletteGroup]:
    """Ask all providers; groups without an answer are left out. Providers show only what the person may see."""
    found = ((label, tuple(islice(provider(request, text), _ITEMS_A_GROUP))) for label, provider in _providers.items())
    return [PaletteGroup(label, options) for label, options in found if options]
