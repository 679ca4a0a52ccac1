"""The tree: visible branches only, counted over what is visible."""

import pytest

from access.people.models import User
from catalog.assets.actions import follow, unfollow, visit
from catalog.assets.models import Follow, Visit
from catalog.assets.queries.browse import assets_of_schema, browse_tree, visible_schema
from catalog.assets.queries.readers import followed, popular, readers_of, recently_seen
from portal.kit import clock
from portal.kit.errors import NotFound
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

pytestmark = pytest.mark.django_db


def _tree(person: User) -> dict[str, dict[str, int]]:
    return {
        branch.source.name: {one.schema.name: one.assets for one in branch.schemas} for branch in browse_tree(person)
    }


def test_branches_full_of_hidden_things_are_absent(analyst: User, officer: User) -> None:
    hidden = make_domain(is_private=True)
    mixed, closed = make_source("Mixed"), make_source("Closed")
    make_source("Fresh")
    make_source("Private and fresh", is_private=True)
    sales, health = make_schema("sales", source=mixed), make_schema("health", source=mixed, domain=hidden)
    make_schema("empty", source=mixed)
    make_schema("hidden_and_empty", source=mixed, domain=hidden)
    make_asset(schema=sales)
    make_asset(schema=sales, domain=hidden)
    make_asset(schema=sales, gone_at=clock.now())
    make_asset(schema=health)
    make_asset(schema=make_schema("only", source=closed, domain=hidden))
    assert _tree(analyst) == {"Mixed": {"sales": 1, "empty": 0}, "Fresh": {}}
    assert _tree(officer)["Mixed"] == {"sales": 2, "health": 1, "empty": 0, "hidden_and_empty": 0}
    assert set(_tree(officer)) == {"Mixed", "Closed", "Fresh", "Private and fresh"}


def test_a_schema_is_found_by_those_who_see_something_in_it(analyst: User) -> None:
    domain = make_domain(is_private=True)
    schema = make_schema(domain=domain)
    first = make_asset(schema=schema)
    assert visible_schema(analyst, schema.pk) is None
    first.ownerships.create(person=analyst, role="custodian")
    again = User.objects.get(pk=analyst.pk)
    assert visible_schema(again, schema.pk) == schema
    make_asset(schema=schema)
    assert list(assets_of_schema(again, schema)) == [first]


def test_the_domain_of_a_schema_is_not_betrayed(analyst: User) -> None:
    schema = make_schema(domain=make_domain("Health", is_private=True))
    make_asset(schema=schema, domain=None, has_own_domain=True)
    branch = browse_tree(analyst)[0].schemas[0]
    assert (branch.assets, branch.domain) == (1, None)


def test_visits_are_counted_in_one_row(analyst: User, steward: User) -> None:
    asset, other = make_asset("orders"), make_asset("customers")
    for person, thing in ((analyst, asset), (analyst, asset), (steward, asset), (steward, other)):
        visit(asset=thing, by=person)
    assert Visit.objects.get(person=analyst, asset=asset).times == 2
    assert [(one.name, people) for one, people in popular(analyst)] == [("orders", 2), ("customers", 1)]
    assert [one.asset.name for one in recently_seen(steward)] == ["customers", "orders"]
    assert readers_of(asset) == 2


def test_what_became_private_is_neither_popular_nor_recent(analyst: User) -> None:
    domain = make_domain(is_private=True)
    hidden = make_asset(domain=domain)
    visit(asset=hidden, by=analyst)
    Follow.objects.create(asset=hidden, person=analyst)
    assert popular(analyst) == []
    assert recently_seen(analyst) == []
    assert not followed(analyst).exists()


def test_old_visits_make_nothing_popular(analyst: User) -> None:
    asset = make_asset()
    visit(asset=asset, by=analyst)
    Visit.objects.update(last_at="2020-01-01T00:00Z")
    assert popular(analyst) == []


def test_following_twice_is_as_good_as_once(analyst: User) -> None:
    asset = make_asset()
    for _ in range(2):
        follow(asset=asset, by=analyst)
    assert list(followed(analyst)) == [asset]
    unfollow(asset=asset, by=analyst)
    assert not followed(analyst).exists()
    with pytest.raises(NotFound):
        follow(asset=make_asset(domain=make_domain(is_private=True)), by=analyst)
