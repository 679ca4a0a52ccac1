"""What the asker may see and use, as every question carries it."""

from collections.abc import Iterable

from catalog.assets.models import Domain
from catalog.assets.queries.domains import visible_domains
from catalog.assets.visibility import labels_of, sight_of
from catalog.search.backend import Rights
from portal.kit.people import Person


def rights_of(person: Person) -> Rights:
    """Return what a person may see, and what was opened to them or is theirs."""
    sight = sight_of(person)
    held = labels_of(person)
    hidden = () if sight.sees_all else tuple(_hidden_domains(person))
    return Rights(sight, hidden, _ids(held, "domain:"), _ids(held, "source:"))


def _hidden_domains(person: Person) -> Iterable[int]:
    known = visible_domains(person).filter(is_private=True).values("pk")
    return Domain.objects.filter(is_private=True).exclude(pk__in=known).values_list("pk", flat=True)


def _ids(labels: list[str], kind: str) -> tuple[int, ...]:
    return tuple(int(label.removeprefix(kind)) for label in labels if label.startswith(kind))
