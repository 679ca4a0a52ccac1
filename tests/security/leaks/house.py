"""A random house: domains and sources open and private, assets in them, people and teams with all sorts of rights."""

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from django.contrib.auth.models import Group

from access.people.models import User
from access.people.roles import Role
from catalog.assets.models import Asset, Certification, Domain, Schema, Sensitivity
from catalog.sources.models import Source
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source
from tests.security.leaks.tokens import Tokens

_DOMAINS, _SOURCES, _SCHEMAS, _ASSETS, _PEOPLE, _TEAMS, _SHARED = 6, 4, 8, 28, 5, 3, 5
_KINDS = ("table", "table", "view", "materialized_view")


@dataclass
class House:
    """What there is. `words` are shared by many assets; `own` holds, for each asset, words of its own alone."""

    choice: Random
    tokens: Tokens
    admin: User
    words: list[str]
    columns: list[str]
    domains: list[Domain] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    schemas: list[Schema] = field(default_factory=list)
    teams: list[Group] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    own: dict[int, set[str]] = field(default_factory=dict)
    typed: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Words that people (by id) have looked for: they are shown to them again."""

    def add_asset(self) -> Asset:
        """Store an asset somewhere, with words of its own in name, comment and a column."""
        name, said, column = (self.tokens.fresh() for _ in range(3))
        first, second = self.choice.sample(self.words, 2)
        schema = self.choice.choice(self.schemas)
        asset = make_asset(
            f"{first}_{second}_{name}",
            schema=schema,
            columns=[f"{column}_{self.choice.choice(self.words)}", *self.choice.sample(self.columns, 2)],
            comment=self.choice.choice(["", f"{said} then {self.choice.choice(self.words)}"]),
            kind=self.choice.choice(_KINDS),
            domain=self.choice.choice([None, schema.domain, *self.domains]),
            has_own_domain=True,
            certification=self.choice.choice(list(Certification)),
            sensitivity=self.choice.choice(["", *Sensitivity]),
        )
        self.own[asset.pk] = {name, said, column}
        return asset


def build(choice: Random) -> House:
    """Make a house; nothing is indexed yet."""
    tokens = Tokens(choice)
    words, columns = ([tokens.fresh() for _ in range(_SHARED)] for _ in range(2))
    admin = make_person("Ada Administrator", Role.ADMINISTRATOR)
    house = House(choice, tokens, admin, words, [f"{column}_ref" for column in columns])
    house.domains = [make_domain(tokens.fresh(), is_private=n % 2 == 0) for n in range(_DOMAINS)]
    house.sources = [_source(tokens.fresh(), is_private=n % 2 == 0) for n in range(_SOURCES)]
    for n in range(_SCHEMAS):
        domain = choice.choice([None, *house.domains])
        house.schemas.append(make_schema(tokens.fresh(), source=house.sources[n % _SOURCES], domain=domain))
    house.teams = [Group.objects.create(name=tokens.fresh()) for _ in range(_TEAMS)]
    house.people = [make_person(f"{tokens.fresh()} {tokens.fresh()}", Role.ANALYST) for _ in range(_PEOPLE)]
    house.people.append(make_person(f"{tokens.fresh()} {tokens.fresh()}", Role.OFFICER))
    for _ in range(_ASSETS):
        house.add_asset()
    return house


def _source(name: str, *, is_private: bool) -> Source:
    return make_source(name, is_private=is_private)
