"""What the page of a run says of its change set, and what the person may decide about it."""

from dataclasses import dataclass, field
from typing import Any

from catalog.harvest.changesets import queries, undoing
from catalog.harvest.changesets.policies import may_approve, may_review
from catalog.harvest.changesets.renames.queries import offers_of
from catalog.harvest.models import Rename, Run
from catalog.harvest.policies import may_run
from catalog.harvest.queries import Tally
from portal.kit.people import Person
from portal.kit.policies import Decision as Verdict
from portal.kit.policies import Denied

_OFFERS_SHOWN = 10
_PLANNED = (Run.Outcome.PLANNED, Run.Outcome.HELD, Run.Outcome.REJECTED, Run.Outcome.APPROVED)
_APPLIED = (Run.Outcome.APPLIED, Run.Outcome.PARTLY, "")


@dataclass(frozen=True)
class ChangeSet:
    """A run as a change set, for one person."""

    is_waiting: bool = False
    tally: Tally = field(default_factory=Tally)
    verdict: Verdict = field(default_factory=lambda: Denied(""))
    may_reject: bool = False
    may_harvest: bool = False
    may_undo: bool = False
    why_no_undo: str = ""
    offers: list[Rename] = field(default_factory=list)
    more_offers: int = 0

    @property
    def is_allowed(self) -> bool:
        """Whether the person may approve."""
        return bool(self.verdict)


def about(person: Person, run: Run) -> dict[str, Any]:
    """Return what the run's page needs: `decision`, a template or nothing, and `change_set` for it."""
    if not run.job.is_finished:
        return {"decision": "", "change_set": ChangeSet()}
    offers = list(offers_of(person, run)) if run.renamed else []
    is_reviewer = bool(may_review(person))
    may_undo, why_no_undo = _undo(run) if is_reviewer else (False, "")
    is_planned = run.outcome in _PLANNED
    found = ChangeSet(
        is_waiting=run.outcome == Run.Outcome.HELD and queries.waiting_run(person, run.pk) is not None,
        tally=queries.planned_tally(person, run) if is_planned else Tally(),
        verdict=may_approve(person, run) if run.outcome == Run.Outcome.HELD else Denied(""),
        may_reject=is_reviewer,
        may_harvest=bool(may_run(person)),
        may_undo=may_undo,
        why_no_undo=why_no_undo,
        offers=offers[:_OFFERS_SHOWN],
        more_offers=max(0, len(offers) - _OFFERS_SHOWN),
    )
    has_something = is_planned or offers or may_undo or why_no_undo or run.outcome == Run.Outcome.UNDONE
    return {"decision": "harvest/changesets/_decision.html" if has_something else "", "change_set": found}


def _undo(run: Run) -> tuple[bool, str]:
    """Return whether the run can be undone and, for one that has changed something, why it can't."""
    has_changed = run.added or run.changed or run.removed
    if run.kind != Run.Kind.HARVEST or run.outcome not in _APPLIED or not has_changed:
        return False, ""
    why = undoing.why_impossible(run)
    return not why, why
