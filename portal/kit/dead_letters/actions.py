"""Deciding on dead letters: each with a reason, in the ledger, and only once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from portal.kit import clock, ledger
from portal.kit.dead_letters.policies import may_manage
from portal.kit.dead_letters.queries import Wanted, letters
from portal.kit.dead_letters.topics import topic_of
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.models import DeadLetter
from portal.kit.people import Person
from portal.kit.policies import require

_State = DeadLetter.State
MOST_AT_ONCE = 1000


@dataclass
class Tally:
    """What became of many: how many were done, and what was refused in which words."""

    done: int = 0
    left: int = 0
    refused: list[tuple[DeadLetter, str]] = field(default_factory=list)


def replay(letter: DeadLetter, *, by: Person, reason: str) -> None:
    """Send the work again, exactly once; raise Conflict when it was decided on meanwhile or can't be done now."""
    with transaction.atomic():
        stored = _open(letter, by, reason)
        topic_of(stored).replay(stored, by)
        _decide(stored, _State.REPLAYED, "dead_letter.replayed", by, reason)


def discard(letter: DeadLetter, *, by: Person, reason: str) -> None:
    """Lay the work aside; raise Conflict when it was decided on meanwhile."""
    with transaction.atomic():
        _decide(_open(letter, by, reason), _State.DISCARDED, "dead_letter.discarded", by, reason)


def reopen(letter: DeadLetter, *, by: Person, reason: str) -> None:
    """Take a discarded letter up again; raise Conflict when the same work has failed anew since."""
    require(may_manage(by))
    with transaction.atomic():
        stored = _locked(letter, reason)
        if stored.state != _State.DISCARDED:
            raise Conflict("Only discarded work can be taken up again.")
        if DeadLetter.objects.filter(topic=stored.topic, key=stored.key, state=_State.OPEN).exists():
            raise Conflict("The same work has failed anew since: decide on that letter.")
        _decide(stored, _State.OPEN, "dead_letter.reopened", by, reason)


def edit(letter: DeadLetter, *, by: Person, payload: dict[str, Any], reason: str) -> None:
    """Change what a replay will do. Raises Invalid for what its topic refuses, Conflict when it is decided on."""
    with transaction.atomic():
        stored = _open(letter, by, reason)
        before, after = stored.payload, topic_of(stored).checked(payload)
        if before == after:
            return
        if stored.original_payload is None:
            stored.original_payload = before
        stored.payload = after
        stored.save(update_fields=["payload", "original_payload"])
        _record("dead_letter.edited", stored, by, reason, {"before": before, "after": after})


def replay_all(wanted: Wanted, *, by: Person, reason: str) -> Tally:
    """Replay the open letters among those wanted; what is refused stays open and is told of."""
    return _each(wanted, by, lambda letter: replay(letter, by=by, reason=reason))


def discard_all(wanted: Wanted, *, by: Person, reason: str) -> Tally:
    """Discard the open letters among those wanted."""
    return _each(wanted, by, lambda letter: discard(letter, by=by, reason=reason))


def _each(wanted: Wanted, by: Person, decide: Callable[[DeadLetter], None]) -> Tally:
    """Decide on at most MOST_AT_ONCE. What they send goes out together, so that a topic can make one work of many."""
    if not wanted.is_one_failure:
        raise Invalid("Choose a kind of work or an error first: one decision has to fit all of them.", field="topic")
    rows = letters(by, wanted).filter(state=_State.OPEN).order_by("pk")
    tally = Tally(left=max(0, rows.count() - MOST_AT_ONCE))
    with transaction.atomic():
        for letter in rows[:MOST_AT_ONCE]:
            try:
                decide(letter)  # in a savepoint of its own: a refusal leaves nothing behind
            except Conflict as error:
                tally.refused.append((letter, error.message))
            else:
                tally.done += 1
    return tally


def _open(letter: DeadLetter, by: Person, reason: str) -> DeadLetter:
    require(may_manage(by))
    stored = _locked(letter, reason)
    if stored.state != _State.OPEN:
        raise Conflict(f"This work has been {stored.get_state_display().lower()} meanwhile.")
    return stored


def _locked(letter: DeadLetter, reason: str) -> DeadLetter:
    if not reason.strip():
        raise Invalid("Give a reason: whoever looks into this later will need it.", field="reason")
    stored = DeadLetter.objects.select_for_update().filter(pk=letter.pk).first()
    if stored is None:
        raise NotFound("This letter is no longer here.")
    return stored


def _decide(stored: DeadLetter, state: DeadLetter.State, code: str, by: Person, reason: str) -> None:
    stored.state, stored.reason = state, reason.strip()
    stored.decided_by_id, stored.decided_at = by.pk, clock.now()
    stored.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _record(code, stored, by, reason, {"topic": stored.topic, "error": stored.error_code})


def _record(code: str, stored: DeadLetter, by: Person, reason: str, details: dict[str, Any]) -> None:
    ledger.record(code, by=by, obj=stored, object_name=stored.subject, reason=reason.strip(), details=details)
