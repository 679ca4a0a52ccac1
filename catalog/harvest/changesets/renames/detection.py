"""Looking for renames among what a run removed and added. Runs once a run, after its schemas are applied."""

from django.db import connection, transaction
from django.db.models import F, Q

from catalog.harvest.changesets.renames import columns, pairs, scores
from catalog.harvest.models import Rename, Run


@transaction.atomic
def look_for_renames(run: Run) -> int:
    """Store what may have been renamed as offers, once a run; return how many things may have been."""
    settle(run)
    facts = {"run": run.pk}
    with connection.cursor() as cursor:
        if run.removed and run.added:
            for statement in (*pairs.STATEMENTS, scores.OFFER):
                cursor.execute(statement, facts)
        if run.changed:
            cursor.execute(columns.OFFER, facts)
    offered = Rename.objects.filter(run=run).values("old_asset", "old_name").distinct().count()
    if offered:
        Run.objects.filter(pk=run.pk).update(renamed=offered)
    return offered


def settle(run: Run) -> None:
    """Close the older offers of the source that events have answered: what was gone is back, what had come is gone."""
    offers = Rename.objects.filter(run__source=run.source_id, run__lt=run.pk, state=Rename.State.OFFERED)
    is_back = Q(is_column=False, old_asset__gone_at=None) | Q(
        is_column=True, old_asset__columns__name=F("old_name"), old_asset__gone_at=None
    )
    is_lost = Q(is_column=False, new_asset=None) | Q(is_column=False, new_asset__gone_at__isnull=False)
    answered = list(offers.filter(is_back | is_lost).values_list("pk", flat=True))
    if answered:
        Rename.objects.filter(pk__in=answered).update(state=Rename.State.SETTLED)
