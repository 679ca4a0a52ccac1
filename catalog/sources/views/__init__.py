"""The pages of sources."""

from catalog.sources.views.editing import delete, edit, new, test
from catalog.sources.views.harvesting import limits, schedule
from catalog.sources.views.overview import index
from catalog.sources.views.secrets import forget_secret, secret, test_secret
from catalog.sources.views.source import detail, inspect

__all__ = [
    "delete",
    "detail",
    "edit",
    "forget_secret",
    "index",
    "inspect",
    "limits",
    "new",
    "schedule",
    "secret",
    "test",
    "test_secret",
]
