"""Celery entry points of assets."""

from celery import shared_task

from catalog.assets.actions import headcount


@shared_task(name="assets.fold_headcount")
def fold_headcount() -> int:
    """Add up what harvests and people have added to the headcount."""
    return headcount.fold_headcount()
