"""Celery entry points of the sources."""

from celery import shared_task

from catalog.sources import inspections
from catalog.sources.models import Source


@shared_task(name=inspections.TASK)
def inspect(source_id: int) -> None:
    """Inspect the server of a source, unless it was deleted or somebody has been there today."""
    source = Source.objects.filter(pk=source_id).first()
    if source is not None and inspections.is_due(source_id):
        inspections.inspect(source, by=None)
