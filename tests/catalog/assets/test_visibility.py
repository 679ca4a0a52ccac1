"""The one rule, against a plain statement of it, on random domains, sources and grants."""

import random
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from access.people.models import User
from access.people.roles import Role
from catalog.assets.actions.headcount import fold_headcount
from catalog.assets.models import Asset, Headcount, Ownership
from catalog.assets.queries.numbers import By, Number, number_visible, numbers
from catalog.assets.visibility import may_see, seen_by, sight_of, who_see
from catalog.sources.models import Source
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

pytestmark = pytest.mark.django_db


class World:
    """Random sources, domains, assets, people, teams and grants, and the rule over them said plainly."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.domains = [make_domain(is_private=self.coin()) for _ in range(4)]
        self.sources = [make_source(is_private=self.coin(0.3)) for _ in range(3)]
        self.teams = [Group.objects.create(name=f"Team {n}") for n in range(2)]
        self.people = [make_person(f"Person {n}", Role.ANALYST) for n in range(4)] + [
            make_person("Officer", Role.OFFICER)
        ]
        self.assets = [self.asset() for _ in range(16)]
        self.granted: set[tuple[str, int, str, int]] = set()
        for person in self.people[:4]:
            person.groups.set([team for team in self.teams if self.coin(0.4)])
        for _ in range(10):
            self.grant()
        for _ in range(4):
            self.own()

    def coin(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def asset(self) -> Asset:
        schema = make_schema(source=self.random.choice(self.sources))
        return make_asset(schema=schema, domain=self.random.choice([None, *self.domains]))

    def holder(self) -> tuple[str, User | Group]:
        if self.coin(0.6):
            return "person", self.random.choice(self.people[:4])
        return "team", self.random.choice(self.teams)

    def grant(self) -> None:
        thing = self.random.choice([*self.domains, *self.sources, *self.assets])
        kind, holder = self.holder()
        name = str(thing._meta.model_name)
        assign_perm(f"{thing._meta.app_label}.view_{name}", holder, thing)
        self.granted.add((kind, holder.pk, name, thing.pk))

    def own(self) -> None:
        thing = self.random.choice([*self.domains, *self.assets])
        kind, holder = self.holder()
        facts: dict[str, Any] = {kind: holder, str(thing._meta.model_name): thing}
        Ownership.objects.get_or_create(role="custodian", **facts)
        self.granted.add((kind, holder.pk, str(thing._meta.model_name), thing.pk))

    def sees(self, person: User, asset: Asset) -> bool:
        """Say the rule once more, without SQL."""
        if Role.OFFICER in person.roles:
            return True
        holders = [("person", person.pk), *(("team", team.pk) for team in person.groups.all())]

        def admitted(kind: str, pk: int) -> bool:
            return any((who, number, kind, pk) in self.granted for who, number in holders)

        if admitted("asset", asset.pk):
            return True
        if asset.domain and asset.domain.is_private:
            return admitted("domain", asset.domain.pk)
        if asset.source.is_private:
            return admitted("source", asset.source.pk)
        return True


@pytest.mark.parametrize("seed", range(8))
def test_visible_to_is_the_rule_said_plainly(seed: int) -> None:
    world = World(seed)
    for person in world.people:
        expected = {asset.pk for asset in world.assets if world.sees(person, asset)}
        assert set(Asset.objects.visible_to(person).values_list("pk", flat=True)) == expected
        assert {asset.pk for asset in world.assets if may_see(person, asset)} == expected
        assert {asset.pk for asset in seen_by({person.pk: world.assets}).get(person.pk, [])} == expected
        sight = sight_of(person)
        seen = [one for one in Asset.objects.all() if one.scope in sight.scopes or one.pk in sight.assets]
        assert {asset.pk for asset in world.assets if sight.sees_all or asset in seen} == expected
    for asset in world.assets:
        expected_people = {person.pk for person in world.people if world.sees(person, asset)}
        assert set(who_see(asset, [person.pk for person in world.people])) == expected_people


@pytest.mark.parametrize("seed", range(8))
def test_the_first_of_a_list_are_the_first_of_what_is_visible(seed: int) -> None:
    world = World(seed)
    for person in world.people:
        visible = Asset.objects.visible_to(person).present()
        for order in (("-id",), ("id",), ("-changed_at", "-id"), ("kind", "name", "id")):
            for limit in (1, 3, 100):
                found = Asset.objects.present().first_of(person, *order, limit=limit)
                assert list(found) == list(visible.order_by(*order)[:limit])
        some = world.random.sample(world.assets, 5)
        narrowed = (
            Asset.objects.get_queryset().filter(pk__in=[asset.pk for asset in some]).first_of(person, "-id", limit=2)
        )
        assert list(narrowed) == list(visible.filter(pk__in=[asset.pk for asset in some]).order_by("-id")[:2])


def _counted(person: User, field: str) -> dict[int | None, Number]:
    found: dict[int | None, Number] = {}
    for asset in Asset.objects.visible_to(person).present():
        before = found.get(getattr(asset, field), Number())
        found[getattr(asset, field)] = Number(before.present + 1, before.commented + bool(asset.comment))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_numbers_are_those_of_what_is_visible_whatever_happened(seed: int) -> None:
    world = World(seed)
    for asset in world.random.sample(world.assets, 8):
        what: dict[str, Any] = world.random.choice(
            [{"gone_at": timezone.now()}, {"comment": "Said."}, {"domain": None}, {"labels": ["open", "asset:0"]}]
        )
        Asset.objects.filter(pk=asset.pk).update(**what)
    world.assets.pop().delete()
    if world.coin():
        fold_headcount()
        assert (
            Headcount.objects.count() == Headcount.objects.values("scope", "schema_id", "domain_id").distinct().count()
        )
    for person in world.people:
        assert numbers(person, By.DOMAIN) == _counted(person, "domain_id")
        assert numbers(person, By.SCHEMA) == _counted(person, "schema_id")
        assert numbers(person, By.SOURCE) == _counted(person, "source_id")
        assert number_visible(person) == Asset.objects.visible_to(person).present().count()


def test_an_empty_list_has_no_first(analyst: User) -> None:
    make_asset()
    assert list(Asset.objects.get_queryset().filter(pk__in=[]).first_of(analyst, "-id", limit=3)) == []


def test_an_inactive_person_sees_nothing(analyst: User) -> None:
    asset = make_asset()
    analyst.is_active = False
    analyst.save()
    assert not Asset.objects.visible_to(analyst).exists()
    assert not Asset.objects.first_of(analyst, "-id", limit=1).exists()
    assert number_visible(analyst) == 0
    assert who_see(asset, [analyst.pk]) == []


def test_a_permission_of_another_kind_opens_nothing(analyst: User) -> None:
    hidden = make_asset(domain=make_domain(is_private=True))
    other = make_source()
    assign_perm("sources.change_source", analyst, other)
    assign_perm("assets.change_asset", analyst, hidden)
    assert not Asset.objects.visible_to(analyst).filter(pk=hidden.pk).exists()


def test_revocation_acts_on_the_next_request(analyst: User) -> None:
    domain = make_domain(is_private=True)
    hidden = make_asset(domain=domain)
    assign_perm("assets.view_domain", analyst, domain)
    assert Asset.objects.visible_to(User.objects.get(pk=analyst.pk)).filter(pk=hidden.pk).exists()
    remove_perm("assets.view_domain", analyst, domain)
    assert not Asset.objects.visible_to(User.objects.get(pk=analyst.pk)).filter(pk=hidden.pk).exists()


def test_labels_follow_the_privacy_of_a_source() -> None:
    from_source = make_asset()
    assert from_source.labels == ["open", f"asset:{from_source.pk}"]
    Source.objects.filter(pk=from_source.source_id).update(is_private=True)
    again = make_asset(schema=from_source.schema)
    assert again.labels == [f"source:{again.source_id}", f"asset:{again.pk}"]
