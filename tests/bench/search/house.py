"""Those who search and what is opened to them: people, teams, domains, sources, grants. The same every time."""

import random
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from guardian.models import GroupObjectPermission, UserObjectPermission

from access.people.models import User
from catalog.assets.models import Domain, Ownership, OwnershipRole
from catalog.sources.models import Source

PEOPLE, TEAMS, DOMAINS, PRIVATE, SOURCES, PRIVATE_SOURCES = 5_000, 200, 200, 150, 40, 10
DOMAINS_A_TEAM = 4
BROAD, SPARSE, ALL = 10, 10, 2
"""So many people who hold 60 scopes, who were given ten single assets and nothing else, who see everything."""
_BROAD_TEAMS, _BROAD_OWN = 14, 3  # 14 x 4 domains by teams and 3 of one's own, and what is open: 60 scopes
_FIRST = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ivo", "June", "Kai", "Lena", "Max", "Nora")
_LAST = ("Abel", "Brandt", "Cruz", "Dietz", "Evans", "Fuchs", "Gomez", "Haas", "Ito", "Jones", "Klein", "Lopez")


@dataclass(frozen=True)
class House:
    """Ids of what assets refer to."""

    people: list[int]
    teams: list[int]
    domains: list[int]
    """Private ones first."""
    sources: list[int]
    """Private ones first."""

    @property
    def broad(self) -> list[int]:
        return self.people[:BROAD]

    @property
    def sparse(self) -> list[int]:
        return self.people[BROAD : BROAD + SPARSE]

    @property
    def everything(self) -> list[int]:
        return self.people[BROAD + SPARSE : BROAD + SPARSE + ALL]

    def label(self, asset: int, domain: int | None, source: int) -> tuple[str, str]:
        """Return the labels of an asset, by the places of its domain and source."""
        if domain is not None and domain < PRIVATE:
            return f"domain:{self.domains[domain]}", f"asset:{asset}"
        scope = f"source:{self.sources[source]}" if source < PRIVATE_SOURCES else "open"
        return scope, f"asset:{asset}"


def make(vocabulary: list[str]) -> House:
    """Store people in teams, domains and sources, and who may see which."""
    domains = Domain.objects.bulk_create(
        Domain(name=f"{vocabulary[n].title()} {vocabulary[n + 250]}", slug=f"domain-{n}", is_private=n < PRIVATE)
        for n in range(DOMAINS)
    )
    sources = Source.objects.bulk_create(
        Source(
            name=f"{vocabulary[n + 60].title()} warehouse",
            slug=f"{vocabulary[n + 60]}_dwh",
            engine=("postgresql", "snowflake", "mysql")[n % 3],
            host="127.0.0.1",
            is_private=n < PRIVATE_SOURCES,
        )
        for n in range(SOURCES)
    )
    teams = Group.objects.bulk_create(Group(name=f"{vocabulary[n].title()} team {n}") for n in range(TEAMS))
    people = User.objects.bulk_create(_person(n) for n in range(PEOPLE))
    house = House(*([one.pk for one in made] for made in (people, teams, domains, sources)))
    _open(house)
    return house


def _person(number: int) -> User:
    first, last = _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
    sees_all = BROAD + SPARSE <= number < BROAD + SPARSE + ALL
    return User(
        email=f"person{number}@atrium.example",
        name=f"{first} {last} {number}",
        password="!",
        roles=["administrator" if sees_all else "analyst"],
    )


def _open(house: House) -> None:
    """Put people into teams and give teams their domains; owners of domains."""
    choice = random.Random(11)
    members = User.groups.through
    pairs = {(house.people[n], team) for n in range(BROAD) for team in _round(house.teams, 14 * n, _BROAD_TEAMS)}
    for person in house.people[BROAD + SPARSE + ALL :]:
        pairs |= {(person, team) for team in choice.sample(house.teams, 3)}
    members.objects.bulk_create(members(user_id=person, group_id=team) for person, team in sorted(pairs))
    domain = _permission(Domain, "view_domain")
    GroupObjectPermission.objects.bulk_create(
        GroupObjectPermission(group_id=team, object_pk=str(pk), **domain)
        for n, team in enumerate(house.teams)
        for pk in _round(house.domains[:PRIVATE], DOMAINS_A_TEAM * n, DOMAINS_A_TEAM)
    )
    UserObjectPermission.objects.bulk_create(
        UserObjectPermission(user_id=house.people[n], object_pk=str(pk), **domain)
        for n in range(BROAD)
        for pk in _round(house.domains[:PRIVATE], DOMAINS_A_TEAM * (14 * n + _BROAD_TEAMS), _BROAD_OWN)
    )
    Ownership.objects.bulk_create(
        Ownership(domain_id=pk, role=OwnershipRole.OWNER, person_id=choice.choice(house.people[-4000:]))
        for pk in house.domains[::2]
    )


def give_single_assets(house: House, assets: list[int]) -> None:
    """Open ten of these assets to each person who sees little."""
    allowed = _permission(Ownership._meta.get_field("asset").related_model, "view_asset")
    UserObjectPermission.objects.bulk_create(
        UserObjectPermission(user_id=person, object_pk=str(pk), **allowed)
        for n, person in enumerate(house.sparse)
        for pk in _round(assets, 10 * n, 10)
    )


def _permission(model: type[Model], codename: str) -> dict[str, object]:
    kind = ContentType.objects.get_for_model(model)
    return {"content_type": kind, "permission": Permission.objects.get(content_type=kind, codename=codename)}


def _round(things: list[int], start: int, number: int) -> list[int]:
    """Return so many of them from a place on, beginning anew at the end."""
    return [things[(start + n) % len(things)] for n in range(number)]
