"""Keeping the index: run by the outbox, the schedule and commands, not by people."""

from collections.abc import Callable, Iterable

from catalog.search.elastic import draining
from catalog.search.postgres import checking, indexing, measures, tallying


def index(asset_ids: Iterable[int]) -> int:
    """Bring the documents of these assets in step with the catalog; return how many were written."""
    written = indexing.index(asset_ids)
    draining.follow()
    return written


def rebuild(progress: Callable[[int, int], None]) -> int:
    """Index everything while search goes on; call progress(done, total); return how many documents were written."""
    return indexing.rebuild(progress)


def refresh_measures() -> int:
    """Bring up to date what changes without a word; return how many documents that changed."""
    return measures.refresh()


def compact() -> bool:
    """Add up the tally; return False when somebody else is at it."""
    return tallying.compact()


def check() -> checking.Repaired:
    """Hold a part of the index against the catalog and mend it, in turn; return what was wrong."""
    return checking.check()


def tidy() -> int:
    """Forget the words and names of columns that no document holds; return how many."""
    return checking.forget_unused_names()
