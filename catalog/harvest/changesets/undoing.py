"""Undoing a run: the catalog as it was before it, in one transaction under the locks of a harvest.

Going on after an interruption starts from the beginning, since nothing of it was committed; once it is, the undone run
says so and a second delivery does nothing.
"""

from django.db import connection, transaction
from django.db.models import Q

from catalog.assets.models import ChangeKind, SchemaChange
from catalog.assets.visibility import relabel
from catalog.harvest.changesets import removing, restoring
from catalog.harvest.models import Rename, Run
from catalog.sources.models import Source
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import outbox
from portal.kit.errors import Conflict
from portal.kit.jobs import Progress

UNDONE = register("harvest.undone", "undid harvest {undone} of {object}")

_CHANGED = Q(added__gt=0) | Q(changed__gt=0) | Q(removed__gt=0)
_APPLIED = (Run.Outcome.APPLIED, Run.Outcome.PARTLY, "")  # stopped and failed runs may have applied a part


def newest_applied(source_id: int) -> Run | None:
    """Return the newest run of a source that changed something and still stands."""
    runs = Run.objects.filter(_CHANGED, source=source_id, kind=Run.Kind.HARVEST, outcome__in=_APPLIED)
    return runs.select_related("source", "job").order_by("-pk").first()


def refuse_unless_possible(run: Run) -> None:
    """Raise Conflict, saying why, unless the run can be undone now."""
    if why := why_impossible(run):
        raise Conflict(why, code="not_undoable")


def why_impossible(run: Run) -> str:
    """Return in words why a run can't be undone, or nothing when it can."""
    if run.outcome == Run.Outcome.UNDONE:
        return "This run was undone already."
    if run.kind != Run.Kind.HARVEST or not run.job.is_finished or run.outcome not in _APPLIED:
        return "This run has changed nothing, so there is nothing to undo."
    newest = newest_applied(run.source_id)
    if newest is None or newest.pk < run.pk:
        return "This run has changed nothing, so there is nothing to undo."
    if newest.pk != run.pk:
        return f"Run {newest.pk} has changed the source since. Undo that one first."
    if not run.has_journal:
        return "What was there before this run is no longer kept, so it can't be undone."
    if _renamed_since(run):
        return "A rename was accepted since this run, and what people wrote has moved with it, so it can't be undone."
    return _purged_since(run)


def _renamed_since(run: Run) -> bool:
    accepted = Rename.objects.filter(run__source=run.source_id, state=Rename.State.ACCEPTED)
    return accepted.filter(decided_at__gte=run.job.created_at).exists()


def _purged_since(run: Run) -> str:
    told = SchemaChange.objects.filter(run=run.pk, part="asset", kind=ChangeKind.REMOVED).count()
    return "" if told >= run.removed else "Some of what this run removed was purged since, so it can't be undone."


def undo(run: Run, progress: Progress) -> None:
    """Undo the run that `run` is about; raise Conflict, with nothing changed, when that is no longer possible."""
    undone = Run.objects.select_related("source", "job").filter(followed_by=run.pk).first()
    if undone is None or undone.outcome == Run.Outcome.UNDONE:
        return
    with transaction.atomic():
        Source.objects.select_for_update(of=("self",), no_key=True).get(pk=run.source_id)
        refuse_unless_possible(undone)
        progress.step("Restoring what was there before", done=0, total=3)
        with connection.cursor() as cursor:
            touched = restoring.restore(cursor, run, undone)
        progress.step("Taking back what was added", done=1, total=3)
        kept = _take_back(run, undone)
        relabel(touched)
        progress.step("Telling search", done=2, total=3)
        outbox.put("asset.changed", touched)
        _conclude(run, undone, kept)
    if kept:
        progress.line(_kept_in_words(len(kept)), "warning")
    progress.step("Done", done=3, total=3)


def _take_back(run: Run, undone: Run) -> list[int]:
    """Delete what the run added; what people have touched since is marked as gone instead. Return those."""
    notes = SchemaChange.objects.filter(run=undone.pk, part="asset", kind=ChangeKind.ADDED)
    added = list(notes.values_list("asset", flat=True))
    kept = sorted(removing.touched_by_people(added))
    restoring.mark_gone(run, kept)
    removing.delete_assets([pk for pk in added if pk not in set(kept)])
    restoring.remove_new_schemas(undone)
    return kept


def _conclude(run: Run, undone: Run, kept: list[int]) -> None:
    Run.objects.filter(pk=undone.pk).update(outcome=Run.Outcome.UNDONE, has_journal=False)
    restoring.forget_journal(undone)
    Rename.objects.filter(run=undone, state=Rename.State.OFFERED).update(state=Rename.State.SETTLED)
    run.added, run.changed, run.removed = undone.removed, undone.changed, undone.added
    run.outcome = Run.Outcome.APPLIED
    run.save(update_fields=["added", "changed", "removed", "outcome"])
    Source.objects.filter(pk=run.source_id).update(needs_review=True)
    details = {"undone": undone.pk, "run": run.pk, "kept_as_gone": len(kept)}
    record(UNDONE, by=run.job.requested_by, obj=run.source, reason=run.reason, details=details)


def _kept_in_words(number: int) -> str:
    what = "asset that this run had added was" if number == 1 else "assets that this run had added were"
    return f"{number} {what} described, owned or followed since, so it is marked as gone instead of deleted."
