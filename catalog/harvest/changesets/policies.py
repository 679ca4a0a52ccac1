"""Who reviews change sets."""

from django.contrib.auth import get_user_model

from catalog.harvest.models import Run
from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied

REVIEW = "harvest.review_changes"


def may_review(person: Person) -> Decision:
    """Stewards, engineers and administrators approve, reject and undo, and decide about renames."""
    if person.has_perm(REVIEW):
        return Allowed("Your role reviews what harvests change.")
    return Denied("Only stewards, engineers and administrators review what harvests change.", "Ask one of them.")


def may_approve(person: Person, run: Run) -> Decision:
    """Reviewers approve, but nobody what they have started themselves while somebody else could: two look at it.

    A run that the schedule started is nobody's own, nor is one that followed an approval.
    """
    decision = may_review(person)
    is_own = run.job.requested_by_id == person.pk and run.trigger != Run.Trigger.APPROVAL
    if decision and is_own and other_reviewers(person):
        return Denied("You started this run yourself, so somebody else approves it.", "Ask another reviewer.")
    return decision


def other_reviewers(person: Person) -> bool:
    """Return whether anybody else may review."""
    people = get_user_model().objects.filter(is_active=True).exclude(pk=person.pk)
    return any(may_review(other) for other in people)
