"""Changing what comes first."""

from django.db import transaction

from catalog.search.models import Weighting
from catalog.search.ranking.effect import forget
from catalog.search.ranking.policies import may_tune
from catalog.search.ranking.weights import Weights, changes_of, problems, with_changes
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import Invalid
from portal.kit.people import Person
from portal.kit.policies import require

WEIGHED = register("ranking.weighed", "changed what comes first in search: {note}")
_LONGEST_NOTE = 300


@transaction.atomic
def weigh(*, weights: Weights, note: str, by: Person) -> Weighting:
    """Put weights into effect for everybody. Raises Invalid, naming the weight."""
    require(may_tune(by))
    for field, message in problems(weights):
        raise Invalid(message, field=field)
    if not note.strip():
        raise Invalid("Say why, for those who come after you.", field="note")
    last = Weighting.objects.select_for_update().first()
    before = last.weights if last else {}
    after = changes_of(weights)
    if before == after:
        raise Invalid("These weights are in effect already.")
    made = Weighting.objects.create(weights=after, note=note.strip()[:_LONGEST_NOTE], made_by_id=by.pk)
    record(WEIGHED, by=by, obj=made, details={"note": made.note, "before": before, "after": after})
    transaction.on_commit(forget)
    return made


def restore(*, weighting: Weighting, by: Person) -> Weighting:
    """Put earlier weights into effect again, as a new entry of the history. Raises Invalid when they are already."""
    when = f"{weighting.made_at:%Y-%m-%d %H:%M}"
    return weigh(weights=with_changes(weighting.weights), note=f"As of {when}: {weighting.note}", by=by)


def restore_defaults(*, by: Person) -> Weighting:
    """Put the defaults into effect again. Raises Invalid when they are already."""
    return weigh(weights=Weights(), note="Back to the defaults", by=by)
