"""Domains: making, changing, closing, removing; counts over what is visible."""

import pytest
from guardian.models import UserObjectPermission

from access.people.models import User
from catalog.assets.actions import (
    DomainFacts,
    admit,
    change_domain,
    place_asset,
    place_schema,
    remove_domain,
    set_privacy,
    shut_out,
)
from catalog.assets.actions import (
    make_domain as make,
)
from catalog.assets.models import Asset, Domain
from catalog.assets.queries.access import admissions, why_visible
from catalog.assets.queries.domains import domain_cards, domain_numbers, visible_domains
from catalog.sources.actions import set_privacy as set_source_privacy
from governance.audit.models import Event
from portal.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.kit.models import Notification, OutboxMessage
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

pytestmark = pytest.mark.django_db


def _seen(person: User) -> set[int]:
    return set(Asset.objects.visible_to(User.objects.get(pk=person.pk)).values_list("pk", flat=True))


def test_an_administrator_makes_a_domain(admin: User) -> None:
    first = make(facts=DomainFacts("  Retail   sales "), by=admin)
    assert (first.name, first.slug, first.is_private) == ("Retail sales", "retail-sales", False)
    with pytest.raises(Conflict) as taken:
        make(facts=DomainFacts("retail SALES"), by=admin)
    assert taken.value.field == "name"
    with pytest.raises(Invalid):
        make(facts=DomainFacts("   "), by=admin)
    assert Domain.objects.count() == 1
    assert Event.objects.get().verb == "domain.made"


def test_slugs_stay_apart(admin: User) -> None:
    make(facts=DomainFacts("Health & care"), by=admin)
    assert make(facts=DomainFacts("Health care"), by=admin).slug == "health-care-2"
    assert make(facts=DomainFacts("健康"), by=admin).slug == "domain"


@pytest.mark.parametrize("persona", ["analyst", "steward", "officer", "engineer", "outsider"])
def test_nobody_else_makes_closes_or_removes_domains(persona: str, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(persona)
    domain = make_domain()
    for refused in (
        lambda: make(facts=DomainFacts("New"), by=person),
        lambda: set_privacy(domain=domain, is_private=True, by=person),
        lambda: remove_domain(domain=domain, by=person),
        lambda: change_domain(domain=domain, facts=DomainFacts("Mine"), by=person),
        lambda: admit(thing=domain, holder=person, by=person),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert list(Domain.objects.values_list("name", "is_private")) == [(domain.name, False)]
    assert not UserObjectPermission.objects.exists()
    assert not Event.objects.exists()


def test_closing_a_domain_relabels_all_its_assets_at_once(admin: User, analyst: User) -> None:
    domain = make_domain()
    schema = make_schema(domain=domain)
    assets = {make_asset(schema=schema).pk for _ in range(3)}
    other = make_asset()
    assert set_privacy(domain=domain, is_private=True, by=admin) == 3
    assert _seen(analyst) == {other.pk}
    assert not visible_domains(analyst).exists()
    assert {int(message.key) for message in OutboxMessage.objects.all()} == assets
    assert set_privacy(domain=domain, is_private=False, by=admin) == 3
    assert _seen(analyst) == assets | {other.pk}
    with pytest.raises(Conflict):
        set_privacy(domain=domain, is_private=False, by=admin)


def test_a_private_domain_with_assets_is_not_removed_into_the_open(admin: User, analyst: User) -> None:
    domain = make_domain(is_private=True)
    hidden = make_asset(domain=domain)
    with pytest.raises(Conflict, match="Open or empty it first"):
        remove_domain(domain=domain, by=admin)
    assert _seen(analyst) == set()
    set_privacy(domain=domain, is_private=False, by=admin)
    remove_domain(domain=domain, by=admin)
    assert _seen(analyst) == {hidden.pk}
    assert not Domain.objects.exists()


def test_removing_a_domain_forgets_its_grants(admin: User, analyst: User) -> None:
    domain = make_domain(is_private=True)
    admit(thing=domain, holder=analyst, by=admin)
    remove_domain(domain=domain, by=admin)
    assert not UserObjectPermission.objects.exists()


def test_an_owner_admits_and_shuts_out_on_the_next_request(admin: User, analyst: User, outsider: User) -> None:
    domain = make_domain(is_private=True)
    hidden = make_asset(domain=domain)
    domain.ownerships.create(person=analyst, role="owner")
    admit(thing=domain, holder=outsider, by=analyst)
    assert _seen(outsider) == {hidden.pk}
    assert Notification.objects.get().recipient_id == outsider.pk
    with pytest.raises(Conflict):
        admit(thing=domain, holder=outsider, by=analyst)
    listed = {str(one.holder): (one.how, one.by, one.is_revocable) for one in admissions(domain)}
    assert listed == {
        "Oda Side": ("admitted by name", "Ana Lyst", True),
        "Ana Lyst": ("accountable owner", "", False),
    }
    assert all(one.since for one in admissions(domain))
    shut_out(thing=domain, holder=outsider, by=analyst)
    assert _seen(outsider) == set()
    with pytest.raises(Conflict):
        shut_out(thing=domain, holder=outsider, by=analyst)


def test_a_hidden_domain_can_not_be_named_by_outsiders(steward: User) -> None:
    hidden = make_domain(is_private=True)
    asset = make_asset()
    with pytest.raises(NotFound):
        change_domain(domain=hidden, facts=DomainFacts("Mine"), by=steward)
    with pytest.raises(NotFound):
        admit(thing=hidden, holder=steward, by=steward)
    with pytest.raises(NotAllowed, match="There is no such domain"):
        place_asset(asset=asset, domain=hidden, by=steward)


def test_an_asset_moves_with_its_labels(admin: User, analyst: User) -> None:
    hidden = make_domain(is_private=True)
    schema = make_schema(domain=make_domain())
    asset = make_asset(schema=schema)
    place_asset(asset=asset, domain=hidden, by=admin)
    assert _seen(analyst) == set()
    moved = Asset.objects.get(pk=asset.pk)
    assert (moved.domain, moved.has_own_domain) == (hidden, True)
    event = Event.objects.get()
    assert "Domain" not in event.object_name, "the sentence names no domain"
    place_asset(asset=asset, domain=None, as_schema=True, by=admin)
    back = Asset.objects.get(pk=asset.pk)
    assert (back.domain, back.has_own_domain) == (schema.domain, False)
    assert _seen(analyst) == {asset.pk}


def test_a_steward_does_not_open_what_is_private(steward: User, admin: User, analyst: User) -> None:
    hidden = make_domain(is_private=True)
    asset = make_asset(domain=hidden)
    admit(thing=hidden, holder=steward, by=admin)
    with pytest.raises(NotAllowed):
        place_asset(asset=asset, domain=None, by=steward)
    assert _seen(analyst) == set()


def test_a_schema_takes_along_what_follows_it(admin: User) -> None:
    old, new = make_domain(), make_domain()
    schema = make_schema(domain=old)
    follows, own = make_asset(schema=schema), make_asset(schema=schema, has_own_domain=True)
    assert place_schema(schema=schema, domain=new, by=admin) == 1
    assert Asset.objects.get(pk=follows.pk).domain == new
    assert Asset.objects.get(pk=own.pk).domain == old
    assert [message.key for message in OutboxMessage.objects.all()] == [str(follows.pk)]


def test_a_person_of_both_domains_may_move_between_them(analyst: User) -> None:
    here, there, elsewhere = make_domain(), make_domain(), make_domain()
    asset = make_asset(domain=here)
    for domain in (here, there):
        domain.ownerships.create(person=analyst, role="steward")
    place_asset(asset=asset, domain=there, by=analyst)
    with pytest.raises(NotAllowed):
        place_asset(asset=asset, domain=elsewhere, by=analyst)
    assert Asset.objects.get(pk=asset.pk).domain == there


def test_a_source_made_private_takes_its_assets_along(engineer: User, analyst: User) -> None:
    source = make_source()
    asset = make_asset(schema=make_schema(source=source))
    set_source_privacy(source, by=engineer, is_private=True)
    assert _seen(analyst) == set()
    assert str(asset.pk) in set(OutboxMessage.objects.filter(topic="asset.changed").values_list("key", flat=True))
    set_source_privacy(source, by=engineer, is_private=False)
    assert _seen(analyst) == {asset.pk}


def test_cards_count_only_what_is_visible(admin: User, analyst: User) -> None:
    domain, hidden = make_domain("Sales"), make_domain("Health", is_private=True)
    private = make_source(is_private=True)
    make_asset(domain=domain, comment="Described")
    make_asset(domain=domain)
    make_asset(domain=domain, schema=make_schema(source=private))
    make_asset(domain=hidden)
    told = {card.domain.name: (card.assets, card.described) for card in domain_cards(analyst)}
    assert told == {"Sales": (2, 1)}
    assert [(one.name, number) for one, number in domain_numbers(admin)] == [("Sales", 3), ("Health", 1)]


def test_why_visible_names_the_reason(admin: User, analyst: User, officer: User) -> None:
    hidden = make_domain("Health", is_private=True)
    asset = make_asset(domain=hidden)
    assert why_visible(officer, asset) == "The domain Health is private; your role sees everything."
    admit(thing=asset, holder=analyst, by=admin)
    again = User.objects.get(pk=analyst.pk)
    assert why_visible(again, asset) == "You, or a team of yours, were admitted to this asset."
    hidden.ownerships.create(person=analyst, role="custodian")
    asset.ownerships.create(person=analyst, role="custodian")
    assert why_visible(User.objects.get(pk=analyst.pk), asset) == "You, or a team of yours, answer for this asset."
    assert why_visible(analyst, make_asset()) == "Everybody with an account may see it."
