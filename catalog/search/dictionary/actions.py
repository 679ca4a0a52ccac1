"""Keeping the dictionary. Search follows with the next request, in every process."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import connection, transaction
from simple_history.utils import bulk_create_with_history

from catalog.assets.actions.history import credit
from catalog.search.dictionary import queries
from catalog.search.dictionary.meanings import form_of
from catalog.search.dictionary.policies import may_edit
from catalog.search.models import Equivalence, EquivalenceKind
from catalog.search.words import unaccented
from governance.audit.actions import record
from governance.audit.verbs import Verb, register
from portal.kit import clock
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

ADDED = register("dictionary.added", "added {object} to the dictionary of search")
CHANGED = register("dictionary.changed", "changed {object} in the dictionary of search")
REMOVED = register("dictionary.removed", "removed {object} from the dictionary of search")
RESTORED = register("dictionary.restored", "put {object} back into the dictionary of search")
FILLED = register("dictionary.filled", "added {entries} entries to the dictionary of search")

MOST_ENTRIES = 10_000
_MOST_WORDS = 6
_LONGEST = {"short": 60, "long": 120, "note": 300}
_LOCK = 0x5EA7C4D1


@dataclass(frozen=True)
class EntryFacts:
    """An entry: a short form and what it means, or two words for one thing."""

    kind: str
    short: str
    long: str
    note: str = ""

    @property
    def tidied(self) -> "EntryFacts":
        """Return the facts with single spaces."""
        texts = {name: " ".join(getattr(self, name).replace("\0", " ").split()) for name in _LONGEST}
        return replace(self, **texts)

    @property
    def forms(self) -> frozenset[tuple[str, ...]]:
        """Return both sides as they are compared."""
        return frozenset({form_of(unaccented(self.short)), form_of(unaccented(self.long))})


@transaction.atomic
def add(*, facts: EntryFacts, by: Person) -> Equivalence:
    """Add an entry. Raises Invalid, or Conflict when these words are taken for each other already."""
    require(may_edit(by))
    return _added(facts.tidied, by)


@transaction.atomic
def change(*, entry: Equivalence, facts: EntryFacts, by: Person, seen: datetime | None = None) -> Equivalence:
    """Change an entry; `seen` is when it was last edited as far as the editor knows. Raises Conflict, Invalid."""
    require(may_edit(by))
    lock()
    row = Equivalence.objects.filter(pk=entry.pk).first()
    if row is None:
        raise NotFound("The entry was removed in the meantime.")
    if seen and row.edited_at != seen:
        raise Conflict(f"{row.edited_by or 'Somebody'} changed this entry in the meantime. Look at it again.")
    facts, before = facts.tidied, facts_of(row)
    if facts == before:
        return row
    check(facts)
    _refuse_twice(facts, but=row.pk)
    _save(row, facts, by)
    record(CHANGED, by=by, obj=row, details={"before": asdict(before), "after": asdict(facts)})
    return row


@transaction.atomic
def remove(*, entry: Equivalence, by: Person) -> int:
    """Remove an entry; return the number by which it is restored."""
    require(may_edit(by))
    row = Equivalence.objects.select_for_update().filter(pk=entry.pk).first()
    if row is None:
        raise NotFound("The entry was removed in the meantime.")
    record(REMOVED, by=by, obj=row, details={"before": asdict(facts_of(row))})
    credit(row, by=by)
    row.delete()
    last: int = Equivalence.history.filter(id=entry.pk, history_type="-").latest("history_id").history_id
    return last


@transaction.atomic
def restore(*, history_id: int, by: Person) -> Equivalence:
    """Put a removed entry back. Raises NotFound, and Conflict when it is here again already."""
    require(may_edit(by))
    was = queries.removed(history_id)
    if was is None:
        raise NotFound("There is no such removed entry.")
    return _added(EntryFacts(was.kind, was.short, was.long, was.note), by, verb=RESTORED)


@transaction.atomic
def add_defaults(by: Person | None = None) -> int:
    """Add the built-in entries that have never been here, as the portal itself if nobody does; return how many."""
    if by is not None:
        require(may_edit(by))
    lock()
    here = {facts.forms for facts in map(facts_of, Equivalence.objects.all())}
    missing = [EntryFacts(kind, short, long) for kind, short, long in queries.missing_defaults()]
    return _fill([facts for facts in missing if facts.forms not in here], by)


def check(facts: EntryFacts) -> None:
    """Raise Invalid, at the field, for an entry that makes no sense."""
    if facts.kind not in EquivalenceKind.values:
        raise Invalid("Choose abbreviation or synonym.", field="kind")
    for name, longest in _LONGEST.items():
        if len(getattr(facts, name)) > longest:
            raise Invalid(f"Write at most {longest} letters.", field=name)
    for name in ("short", "long"):
        words = form_of(unaccented(getattr(facts, name)))
        if not words:
            raise Invalid("Write a word, in letters or digits.", field=name)
        if len(words) > _MOST_WORDS:
            raise Invalid(f"Write at most {_MOST_WORDS} words.", field=name)
    if len(facts.forms) == 1:
        raise Invalid("This is the same as its other side.", field="long")


def lock() -> None:
    """Let one after the other write: that no two entries say the same is more than a constraint can see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def facts_of(row: Equivalence) -> EntryFacts:
    """Return what an entry says."""
    return EntryFacts(row.kind, row.short, row.long, row.note)


def _added(facts: EntryFacts, by: Person, verb: Verb = ADDED) -> Equivalence:
    lock()
    check(facts)
    _refuse_twice(facts)
    if Equivalence.objects.count() >= MOST_ENTRIES:
        raise Invalid(f"The dictionary holds at most {MOST_ENTRIES:,} entries. Remove some first.")
    row = _save(Equivalence(), facts, by)
    record(verb, by=by, obj=row, details={"after": asdict(facts)})
    return row


def fill(entries: Iterable[EntryFacts], *, by: Person) -> int:
    """Add checked entries at once, within the caller's transaction and lock; return how many."""
    require(may_edit(by))
    return _fill(list(entries), by)


def _fill(entries: list[EntryFacts], by: Person | None) -> int:
    now = clock.now()
    rows = [Equivalence(**asdict(facts), edited_by_id=by.pk if by else None, edited_at=now) for facts in entries]
    if rows:
        bulk_create_with_history(rows, Equivalence, default_user=by)
        record(FILLED, by=by, details={"entries": len(rows)})
    return len(rows)


def _save(row: Equivalence, facts: EntryFacts, by: Person) -> Equivalence:
    vars(row).update(asdict(facts))
    row.edited_by_id = by.pk
    credit(row, by=by)
    row.save()
    return row


def _refuse_twice(facts: EntryFacts, but: int = 0) -> None:
    """Raise Conflict when another entry takes these words for each other, in whichever order and spelling."""
    for row in Equivalence.objects.exclude(pk=but):
        if facts_of(row).forms == facts.forms:
            raise Conflict(f"{row} is in the dictionary already.", field="long")
