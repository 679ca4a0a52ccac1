"""Keeping the index: run by the outbox, the schedule and commands, not by people."""

from collections.abc import Callable, Iterable

from catalog.search.elastic import draining
from catalog.search.postgres import indexing


def index(asset_ids: Iterable[int]) -> int:
    """Bring the documents of these assets in step with the catalog; return how many were written."""
    written = indexing.index(asset_ids)
    draining.follow()
    return written


def rebuild(progress: Callable[[int, int], None]) -> int:
    """Index everything while search goes on; call progress(done, total); return how many documents were written."""
    return indexing.rebuild(progress)


def refresh_popularity() -> int:
    """Count anew who looks at what; return how many documents that changed."""
    return indexing.refresh_popularity()
