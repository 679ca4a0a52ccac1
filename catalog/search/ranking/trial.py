"""Weights that are tried out: in effect for the code within `trying()`, for nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from catalog.search.ranking.weights import Weights

_tried: ContextVar[Weights | None] = ContextVar("tried_weights", default=None)


@contextmanager
def trying(weights: Weights) -> Iterator[None]:
    """Rank by these weights within."""
    token = _tried.set(weights)
    try:
        yield
    finally:
        _tried.reset(token)


def tried() -> Weights | None:
    """Return the weights that are tried out here, if any are."""
    return _tried.get()
