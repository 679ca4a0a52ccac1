"""Search shows what `visible_to()` shows, in all it says: results, totals, facets, suggestions, corrections, CSV."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.people.models import User
from access.people.roles import Role
from catalog.assets.actions.domains import set_privacy
from catalog.assets.models import Asset, Domain, Ownership
from catalog.search.backend import Answer, SearchRequest
from catalog.search.facets import FACETS
from catalog.search.queries import all_results, suggest, suggest_domains
from tests.catalog.search.conftest import ask, counts, index_all, names
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

pytestmark = pytest.mark.usefixtures("engine")

SECRET_TEXTS = (
    "merger",
    "mergers",
    "merger_targets",
    "acquisition",
    "bidderName",
    "strictly",
    '"merger targets"',
    "mergr",
)


@dataclass
class House:
    """An open domain and a private one, with an owner who is in nothing else."""

    secret: Domain
    target: Asset
    open_asset: Asset
    keeper: User


@pytest.fixture
def house() -> House:
    secret = make_domain("Mergers", is_private=True)
    schema = make_schema("acquisition", domain=secret, source=make_source("Vault"))
    target = make_asset(
        "merger_targets",
        schema=schema,
        columns=["bidderName", "orders_total"],
        comment="Strictly secret",
        certification="certified",
        kind="view",
    )
    open_asset = make_asset("orders", schema=make_schema("shop", domain=make_domain("Sales")), columns=["order_id"])
    keeper = make_person("Kim Eeper")
    Ownership.objects.create(domain=secret, role="owner", person=keeper)
    index_all()
    return House(secret, target, open_asset, keeper)


def fresh(person: User) -> User:
    """The person as the next request loads them."""
    return User.objects.get(pk=person.pk)


def everything_said(answer: Answer) -> str:
    """All words and figures of an answer."""
    return repr((answer, [(hit.asset.path, hit.asset.comment) for hit in answer.hits]))


@pytest.mark.parametrize("text", SECRET_TEXTS)
def test_outsider_finds_nothing_secret_by_any_word(outsider: User, house: House, text: str) -> None:
    answer = ask(outsider, text)
    assert (answer.hits, answer.total, answer.correction) == ((), 0, "")
    assert dict(answer.facets) == {} == dict(answer.without)
    assert ask(fresh(house.keeper), text).total == 1


# An asset of today is in three ages; nobody was given it, and nobody knows how far it reaches.
_HELD = {"updated": 3, "usable": 0, "history": 0}


def test_nothing_of_the_secret_is_in_counts(outsider: User, house: House) -> None:
    for text in ("", "orders", "orders OR merger"):
        answer = ask(outsider, text)
        assert names(answer) == ["orders"]
        assert answer.total == 1
        for facet in FACETS:
            assert sum(counts(answer, facet.name).values()) == _HELD.get(facet.name, 1), facet.name
        said = everything_said(answer).lower()
        assert not [word for word in ("merger", "vault", "kim", "acquisition", "secret") if word in said]


def test_secret_choices_are_as_if_they_did_not_exist(outsider: User, house: House) -> None:
    for facet, real, made_up in (
        ("domain", str(house.secret.pk), "987654"),
        ("source", str(house.target.source_id), "987654"),
        ("owner", f"person:{house.keeper.pk}", "person:987654"),
    ):
        chosen: list[dict[str, Any]] = [{facet: [real]}, {facet: [made_up]}]
        secret, nothing = (ask(outsider, **each) for each in chosen)
        assert everything_said(secret) == everything_said(nothing)
        assert secret.total == 0


def test_suggestions_hide_the_secret(outsider: User, house: House) -> None:
    for text in ("merg", "merger_targets", "bidder", "acq", "vaul", "targets", "mergers"):
        assert suggest(outsider, text).assets == ()
        assert suggest(outsider, text).columns == ()
        assert list(suggest_domains(outsider, text)) == []
    assert [each.label for each in suggest(outsider, "orders").assets] == ["orders"]
    assert [(each.label, each.count) for each in suggest(outsider, "order").columns] == [("order_id", 1)]
    assert [each.label for each in suggest(fresh(house.keeper), "merg").assets] == ["merger_targets"]
    assert {each.label for each in suggest(fresh(house.keeper), "order").columns} == {"order_id", "orders_total"}


def test_correction_never_spells_a_secret_word(outsider: User, house: House) -> None:
    assert ask(fresh(house.keeper), "mergr").correction == "merger"
    assert ask(outsider, "mergr").correction == ""
    assert ask(outsider, "mergr ordres").correction in {"", "mergr orders"}


def test_export_holds_what_is_visible(outsider: User, house: House) -> None:
    assert [asset.name for asset in all_results(SearchRequest(outsider))] == ["orders"]
    assert {asset.name for asset in all_results(SearchRequest(fresh(house.keeper)))} == {"orders", "merger_targets"}


def test_grant_opens_and_revocation_closes_with_the_next_request(outsider: User, house: House) -> None:
    assert ask(outsider, "merger").total == 0
    assign_perm("assets.view_domain", outsider, house.secret)
    assert ask(fresh(outsider), "merger").total == 1
    assert suggest(fresh(outsider), "merg").assets
    remove_perm("assets.view_domain", outsider, house.secret)
    assert ask(fresh(outsider), "merger").total == 0
    assert not suggest(fresh(outsider), "merg").assets


def test_closing_a_domain_acts_before_the_index_hears_of_it(outsider: User, admin: User, house: House) -> None:
    set_privacy(domain=house.open_asset.domain or house.secret, is_private=True, by=admin)
    assert ask(fresh(outsider)).total == 0
    assert ask(fresh(outsider), "ordres").correction == ""
    assert suggest(fresh(outsider), "ord").assets == ()
    assert suggest(fresh(outsider), "ord").columns == ()


def test_who_may_see_one_asset_alone_does_not_learn_its_domain(outsider: User, house: House) -> None:
    assign_perm("assets.view_asset", outsider, house.target)
    person = fresh(outsider)
    answer = ask(person, "merger")
    assert names(answer) == ["merger_targets"]
    assert counts(answer, "domain") == {"none": 1}
    assert not answer.hits[0].shows_domain
    assert ask(person, domain=[house.secret.pk]).total == 0
    assert list(suggest_domains(person, "merg")) == []


def test_person_whose_account_is_closed_finds_nothing(outsider: User, house: House) -> None:
    outsider.is_active = False
    assert (ask(outsider).total, ask(outsider, "orders").total, suggest(outsider, "ord").assets) == (0, 0, ())


def test_gone_assets_are_not_in_search_even_of_those_who_see_everything(admin: User, house: House) -> None:
    Asset.objects.filter(pk=house.target.pk).update(gone_at=timezone.now())
    assert names(ask(admin)) == ["orders"]
    assert ask(admin, "merger").total == 0


WORDS = ["orders", "customer", "invoice", "payment", "shipment"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), text=st.sampled_from([*WORDS, "", "ordr", "pay", "orders OR invoice", "-customer"]))
def test_what_search_shows_is_what_sql_shows(seed: int, text: str) -> None:
    chance = random.Random(seed)
    with _rolled_back():
        person = _random_house(chance)
        index_all()
        visible = set(Asset.objects.visible_to(person).present().values_list("name", flat=True))
        reference = set(names(ask(_all_seeing(), text, size=100)))
        answer = ask(person, text, size=100)
        if not answer.is_guess:
            assert set(names(answer)) == reference & visible
        assert set(names(answer)) <= visible
        assert answer.total == len(answer.hits)
        for facet in ("type", "source", "certification", "described", "domain"):
            assert sum(counts(answer, facet).values()) == answer.total
        assert {asset.name for asset in all_results(SearchRequest(person, text))} <= visible
        for word in WORDS:
            suggested = suggest(person, word[:3])
            assert {each.label for each in suggested.assets} <= visible
            columns = Asset.objects.filter(name__in=visible).values_list("columns__name", flat=True)
            assert {each.label for each in suggested.columns} <= set(columns)


@contextmanager
def _rolled_back() -> Iterator[None]:
    """Leave nothing of an example behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _all_seeing() -> User:
    return make_person("All Seeing", Role.ADMINISTRATOR)


def _random_house(chance: random.Random) -> User:
    """Random domains, sources and grants; return the person who was granted some of them."""
    person = make_person("Random Person")
    for _ in range(chance.randint(1, 4)):
        domain = make_domain(is_private=chance.random() < 0.6) if chance.random() < 0.8 else None
        source = make_source(is_private=chance.random() < 0.4)
        schema = make_schema(source=source, domain=domain)
        if domain and chance.random() < 0.4:
            assign_perm("assets.view_domain", person, domain)
        if chance.random() < 0.4:
            assign_perm("sources.view_source", person, source)
        for number in range(chance.randint(0, 4)):
            words = chance.sample(WORDS, 2)
            asset = make_asset(
                f"{'_'.join(words)}_{schema.pk}_{number}",
                schema=schema,
                columns=[f"{chance.choice(WORDS)}_{schema.pk}"],
            )
            if chance.random() < 0.2:
                assign_perm("assets.view_asset", person, asset)
            if chance.random() < 0.15:
                Ownership.objects.create(asset=asset, role="owner", person=person)
            if chance.random() < 0.1:
                Asset.objects.filter(pk=asset.pk).update(gone_at=timezone.now())
    return fresh(person)
