"""Reading dead letters."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from portal.kit.dead_letters.policies import may_manage
from portal.kit.models import DeadLetter
from portal.kit.people import Person
from portal.kit.policies import require


@dataclass(frozen=True)
class Wanted:
    """Which letters; nothing: all."""

    state: str = ""
    topic: str = ""
    error: str = ""
    text: str = ""

    @property
    def is_one_failure(self) -> bool:
        """Return whether it names a kind of work or of error, so that one decision may fit them all."""
        return bool(self.topic or self.error)


def letters(person: Person, wanted: Wanted | None = None) -> QuerySet[DeadLetter]:
    """Return letters, the latest failure first. Raises NotAllowed."""
    require(may_manage(person))
    wanted = wanted or Wanted()
    rows = DeadLetter.objects.select_related("decided_by")
    exact = {"state": wanted.state, "topic": wanted.topic, "error_code": wanted.error}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.text:
        rows = rows.filter(Q(subject__icontains=wanted.text) | Q(error_message__icontains=wanted.text))
    return rows


def letter(person: Person, letter_id: int) -> DeadLetter | None:
    """Return one letter, or None. Raises NotAllowed."""
    return letters(person).filter(pk=letter_id).first()


def open_letters() -> int:
    """Return how many wait for a decision."""
    return DeadLetter.objects.filter(state=DeadLetter.State.OPEN).count()
