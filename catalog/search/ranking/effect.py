"""The weights in effect: the last that an administrator saved, else the defaults."""

from django.core.cache import cache

from catalog.search.models import Weighting
from catalog.search.ranking.weights import Weights, with_changes

_KEY = "search:weights"
_KEPT_S = 60


def in_effect() -> Weights:
    """Return the weights in effect; kept for a minute, and forgotten when others are saved."""
    changes = cache.get(_KEY)
    if changes is None:
        last = Weighting.objects.first()
        changes = last.weights if last else {}
        cache.set(_KEY, changes, _KEPT_S)
    return with_changes(changes)


def forget() -> None:
    """Have them read again."""
    cache.delete(_KEY)
