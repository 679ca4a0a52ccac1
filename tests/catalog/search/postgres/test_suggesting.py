"""Suggestions come from few rows and are still the right ones."""

from django.utils import timezone
from guardian.shortcuts import assign_perm

from access.people.models import User
from catalog.assets.models import Ownership, Visit
from catalog.search.queries import suggest
from tests.catalog.search.conftest import index_all
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_domain, make_schema


def test_popular_names_come_first_however_many_begin_so(analyst: User, steward: User) -> None:
    schema = make_schema()
    for number in range(30):
        make_asset(f"orders_{number:02}", schema=schema)
    popular = make_asset("orders_zz", schema=schema)
    Visit.objects.create(person=steward, asset=popular, last_at=timezone.now())
    index_all()
    assert suggest(analyst, "ord").assets[0].label == "orders_zz"
    assert suggest(analyst, "orders_07").assets[0].label == "orders_07"


def test_columns_are_counted_in_what_the_person_sees(analyst: User, admin: User) -> None:
    secret = make_schema(domain=make_domain(is_private=True))
    hidden = [make_asset(schema=secret, columns=["paidOn", "paid_by_secret"]) for _ in range(2)]
    for _ in range(3):
        make_asset(columns=["paidOn"])
    index_all()
    assert [(each.label, each.count) for each in suggest(analyst, "paid").columns] == [("paidon", 3)]
    assert {each.label: each.count for each in suggest(admin, "paid").columns} == {"paidon": 5, "paid_by_secret": 2}
    assert [(each.label, each.count) for each in suggest(analyst, "paid on").columns] == [("paidon", 3)]
    assign_perm("assets.view_asset", analyst, hidden[0])
    person = User.objects.get(pk=analyst.pk)
    assert {each.label: each.count for each in suggest(person, "paid").columns} == {"paidon": 4, "paid_by_secret": 1}


def test_many_scopes_are_asked_for_the_commonest_names_first(analyst: User) -> None:
    for number in range(9):
        domain = make_domain(is_private=True)
        assign_perm("assets.view_domain", analyst, domain)
        make_asset(schema=make_schema(domain=domain), columns=["paid_on", f"paid_{number}"])
    index_all()
    columns = suggest(User.objects.get(pk=analyst.pk), "paid").columns
    assert [(each.label, each.count) for each in columns][:2] == [("paid_on", 9), ("paid_0", 1)]


def test_people_are_suggested_who_answer_for_something_visible(analyst: User) -> None:
    keeper, other = make_person("Kim Eeper"), make_person("Kim Berly")
    secret = make_domain(is_private=True)
    Ownership.objects.create(domain=secret, role="owner", person=other)
    make_asset(schema=make_schema(domain=secret))
    asset = make_asset()
    Ownership.objects.create(asset=asset, role="owner", person=keeper)
    index_all()
    found = suggest(analyst, "kim").people
    assert [(each.label, each.kind, each.key) for each in found] == [("Kim Eeper", "person", f"person:{keeper.pk}")]
    assert [each.label for each in suggest(analyst, "eep").people] == ["Kim Eeper"]
    assert "@" not in repr(found)
