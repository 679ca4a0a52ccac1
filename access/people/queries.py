"""Reading people, teams, roles, and what a person may do and why."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Count, Q, QuerySet

from access.people.models import User
from access.people.roles import PERMISSIONS, Role
from access.people.sentences import SENTENCES


@dataclass(frozen=True)
class PeopleFilter:
    """Whom somebody looks for; empty parts don't narrow."""

    text: str = ""
    role: str = ""
    team: int | None = None
    state: str = ""


NO_ROLE = "none"


def people(wanted: PeopleFilter) -> QuerySet[User]:
    """Return the matching people by name, with their teams. For those who manage people."""
    found = User.objects.prefetch_related("groups").order_by("name", "pk")
    for word in wanted.text.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(job_title__icontains=word))
    if wanted.role:
        found = found.filter(roles=[]) if wanted.role == NO_ROLE else found.filter(roles__contains=[wanted.role])
    if wanted.team:
        found = found.filter(groups=wanted.team)
    if wanted.state:
        found = found.filter(is_active=wanted.state == "active")
    return found


def person_by_id(person_id: int) -> User | None:
    """Return a person. For those who manage people."""
    return User.objects.prefetch_related("groups").filter(pk=person_id).first()


def teams() -> QuerySet[Group]:
    """Return all teams by name, each with `members`, the number of its people with open accounts."""
    return Group.objects.annotate(members=Count("user", filter=Q(user__is_active=True))).order_by("name")


def members_of(team: Group) -> QuerySet[User]:
    """Return the people of a team by name."""
    return User.objects.filter(groups=team).order_by("name", "pk")


def outside_of(team: Group, text: str, limit: int = 8) -> QuerySet[User]:
    """Return people with open accounts who are not in the team and whose name or address begins or goes on so."""
    found = User.objects.filter(is_active=True).exclude(groups=team)
    return found.filter(Q(name__icontains=text) | Q(email__icontains=text)).order_by("name", "pk")[:limit]


@dataclass(frozen=True)
class MatrixRow:
    """A permission and which roles hold it, in the order of the roles."""

    permission: str
    sentence: str
    held: tuple[bool, ...]


def matrix() -> list[tuple[str, list[MatrixRow]]]:
    """Return all permissions in their groups, with who holds them."""
    return [
        (
            group,
            [
                MatrixRow(permission, sentence, tuple(permission in PERMISSIONS[role] for role in Role))
                for permission, sentence in sentences.items()
            ],
        )
        for group, sentences in SENTENCES.items()
    ]


@dataclass(frozen=True)
class RoleCard:
    """A role with how many open accounts hold it."""

    value: str
    label: str
    purpose: str
    count: int


def role_cards() -> list[RoleCard]:
    """Return the roles in their order."""
    holds = {role.value: Count("pk", filter=Q(roles__contains=[role])) for role in Role}
    counts = User.objects.filter(is_active=True).aggregate(**holds)
    return [RoleCard(role.value, role.label, role.purpose, counts[role.value]) for role in Role]
