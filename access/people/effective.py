"""What a person may do and see, and where each part comes from: a role, a team, or a grant by name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from guardian.models import GroupObjectPermission, UserObjectPermission

from access.people.models import User
from access.people.roles import PERMISSIONS, Role
from access.people.sentences import SENTENCES
from catalog.assets.models import Asset, Domain, Ownership
from catalog.sources.models import Source

_PAGES = {Asset: "assets:detail", Domain: "assets:domain", Source: "sources:detail"}


@dataclass(frozen=True)
class Ability:
    """What a person may do everywhere, and the roles that allow it."""

    permission: str
    sentence: str
    origins: tuple[str, ...]


@dataclass
class Sight:
    """A single thing a person may see beyond what is open, and why."""

    thing: Asset | Domain | Source
    origins: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Return the thing's kind in a word."""
        return str(self.thing._meta.verbose_name)

    @property
    def url(self) -> str:
        """Return the thing's page."""
        return reverse(_PAGES[type(self.thing)], args=[self.thing.pk])


def abilities(person: User) -> list[Ability]:
    """Return what the person's roles allow; nothing for a closed account."""
    if not person.is_active:
        return []
    held = [role for role in Role if role in person.roles]
    found = (
        Ability(permission, sentence, tuple(role.label for role in held if permission in PERMISSIONS[role]))
        for sentences in SENTENCES.values()
        for permission, sentence in sentences.items()
    )
    return [ability for ability in found if ability.origins]


def sights(person: User) -> list[Sight]:
    """Return the domains, sources and assets that the person or a team of theirs was admitted to or answers for."""
    teams = {team.pk: team for team in person.groups.all()}
    seen: dict[tuple[type[models.Model], int], Sight] = {}
    for thing, origin in [*_admitted(person, teams), *_answered_for(person, teams)]:
        seen.setdefault((type(thing), thing.pk), Sight(thing)).origins.append(origin)
    return sorted(seen.values(), key=lambda one: (one.kind, str(one.thing).casefold()))


def _admitted(person: User, teams: dict[int, Group]) -> Iterator[tuple[Asset | Domain | Source, str]]:
    origins: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in UserObjectPermission.objects.filter(_views(), user=person):
        origins[row.content_type_id, row.object_pk].append("admitted by name")
    for row in GroupObjectPermission.objects.filter(_views(), group__in=teams):
        origins[row.content_type_id, row.object_pk].append(f"team {teams[row.group_id]}")
    for model in (Domain, Source, Asset):
        type_id = ContentType.objects.get_for_model(model).pk
        keys = [int(key) for of_type, key in origins if of_type == type_id]
        for thing in _things(model, keys):
            yield from ((thing, origin) for origin in origins[type_id, str(thing.pk)])


def _views() -> Q:
    return Q(permission__codename__in=["view_domain", "view_source", "view_asset"])


def _things(model: type[Asset] | type[Domain] | type[Source], keys: Iterable[int]) -> Iterable[Asset | Domain | Source]:
    wanted = list(keys)
    return model._base_manager.filter(pk__in=wanted) if wanted else []


def _answered_for(person: User, teams: dict[int, Group]) -> Iterator[tuple[Asset | Domain, str]]:
    rows = Ownership.objects.filter(Q(person=person) | Q(team__in=teams)).select_related("asset", "domain")
    for row in rows:
        thing = row.asset or row.domain
        if thing is not None:
            through = f", by team {teams[row.team_id]}" if row.team_id else ""
            yield thing, f"{row.get_role_display().lower()}{through}"
