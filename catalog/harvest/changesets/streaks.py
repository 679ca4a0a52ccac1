"""The same change set found again and again: held each time, told of once.

A streak is the runs of a source that were held one after the other with the same change set. Only its newest run can be
decided; a rejection holds for the whole streak, so that what was rejected does not ask for attention again.
"""

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from catalog.harvest.changesets.policies import may_review
from catalog.harvest.models import PlannedChange, Run
from catalog.sources.queries import visible_sources
from portal.kit.notify import notify

_ENDING = (Run.Outcome.APPLIED, Run.Outcome.PARTLY)
_HELD = (Run.Outcome.HELD, Run.Outcome.REJECTED, Run.Outcome.APPROVED)


def waiting() -> QuerySet[Run]:
    """Return the held runs that can be decided: those that no later run of their source has overtaken."""
    later = Run.objects.filter(
        source=OuterRef("source"), pk__gt=OuterRef("pk"), outcome__in=[*_ENDING, *_HELD], kind=Run.Kind.HARVEST
    )
    return Run.objects.filter(outcome=Run.Outcome.HELD).exclude(Exists(later))


def asking() -> QuerySet[Run]:
    """Return those of the waiting runs whose change set nobody has rejected already."""
    return waiting().exclude(about__outcome=Run.Outcome.REJECTED)


def join(run: Run) -> bool:
    """Put a newly held run into its source's streak, whose older plan is dropped; return whether it is a new streak."""
    before = _previous(run)
    if before is None or not _same(run.pk, before.pk):
        return True
    if before.outcome == Run.Outcome.REJECTED:
        _follow(run, before)
    elif before.about and before.about.outcome == Run.Outcome.REJECTED:
        _follow(run, before.about)
    if before.outcome == Run.Outcome.HELD:
        PlannedChange.objects.filter(run=before).delete()
    return False


def _follow(run: Run, rejected: Run) -> None:
    run.about = rejected
    run.save(update_fields=["about"])


def _previous(run: Run) -> Run | None:
    earlier = Run.objects.filter(source=run.source_id, pk__lt=run.pk, kind=Run.Kind.HARVEST)
    before = earlier.filter(outcome__in=[*_HELD, *_ENDING]).select_related("about").first()
    return before if before and before.outcome in _HELD else None


_WHAT = "schema_name, asset_name, kind, part, name"
_DIFFERENT = f"""
    SELECT EXISTS (
        (SELECT {_WHAT} FROM harvest_plannedchange WHERE run_id = %(one)s
         EXCEPT SELECT {_WHAT} FROM harvest_plannedchange WHERE run_id = %(other)s)
        UNION ALL
        (SELECT {_WHAT} FROM harvest_plannedchange WHERE run_id = %(other)s
         EXCEPT SELECT {_WHAT} FROM harvest_plannedchange WHERE run_id = %(one)s))
"""  # noqa: S608 - composed of our own constants


def _same(one: int, other: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT, {"one": one, "other": other})
        return not cursor.fetchone()[0]


def tell_reviewers(run: Run) -> None:
    """Notify everybody who may decide about the run."""
    reviewers = [person for person in get_user_model().objects.filter(is_active=True) if may_review(person)]
    told = [
        person.pk
        for person in reviewers
        if not run.source.is_private or visible_sources(person).filter(pk=run.source_id).exists()
    ]
    notify(
        told,
        kind="harvest",
        key=f"harvest-held-{run.pk}",
        text=f"A harvest of {run.source} waits for your approval. {run.held_because}",
        url=reverse("harvest:run", args=[run.pk]),
    )
