"""What the asker may see and use, as every question carries it."""

from collections.abc import Iterable, Sequence

from catalog.assets.models import Domain
from catalog.assets.queries.domains import visible_domains
from catalog.assets.visibility import labels_of, sight_of
from catalog.search.backend import Rights
from portal.kit.people import Person


def rights_of(person: Person) -> Rights:
    """Return what a person may see, and what was opened to them or is theirs."""
    sight = sight_of(person)
    held = labels_of(person)
    hidden = tuple(_hidden_domains(person, sight.assets)) if sight.assets else ()
    return Rights(sight, hidden, _ids(held, "domain:"), _ids(held, "source:"))


def _hidden_domains(person: Person, assets: Sequence[int]) -> Iterable[int]:
    """Give the domains that are private to others: only an asset opened by itself can lie in one."""
    known = visible_domains(person).filter(is_private=True).values("pk")
    private = Domain.objects.filter(is_private=True, assets__in=assets).exclude(pk__in=known)
    return private.distinct().order_by().values_list("pk", flat=True)


def _ids(labels: list[str], kind: str) -> tuple[int, ...]:
    return tuple(int(label.removeprefix(kind)) for label in labels if label.startswith(kind))
