"""Names in conditions are looked up among what the person may know, and nothing tells hidden from not there."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm
from pytest_django import DjangoAssertNumQueries

from access.people.models import User
from catalog.search.backend import Test
from catalog.search.language import Term, understand
from catalog.search.language import columns as vocabulary
from catalog.search.language.columns import names_of_columns
from catalog.search.language.resolving import resolve
from catalog.search.models import Equivalence
from portal.kit import clock
from tests.catalog.search.conftest import index_all
from tests.conftest import make_person
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def resolved(person: User, text: str) -> list[Test]:
    """Return the tests of a text without OR."""
    query = understand(text)
    assert query.problems == ()
    return list(resolve(query, person)[0])


def values(person: User, text: str) -> tuple[str, ...]:
    """Return the values of a text's only test."""
    (test,) = resolved(person, text)
    return test.values


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("type:table,view", Test("kind", ("table", "view"))),
        ("-is:deprecated", Test("certification", ("deprecated",), is_excluded=True)),
        ("sensitivity:none,public", Test("sensitivity", ("", "public"))),
        ("described:no", Test("described", ("no",))),
        ("can:use", Test("usable", ("yes",))),
        ("usable:no", Test("usable", ("yes",), is_excluded=True)),
        ("history:>=5y", Test("history_days", low=1826)),
        ("history:>30d", Test("history_days", low=31)),
        ("history:<1y", Test("history_days", high=365)),
        ("history:<=1y", Test("history_days", high=366)),
        ("history:2y", Test("history_days", low=730)),
        ("name:orders", Test("name", terms=(Term(("orders",)),))),
        ("name:a,b", Test("name", terms=(Term(("a",), variants=(("b",),)),))),
        ("updated:>2026-01-01", Test("updated_at", low=datetime(2026, 1, 2, tzinfo=UTC))),
        ("updated:>=2026-01", Test("updated_at", low=datetime(2026, 1, 1, tzinfo=UTC))),
        ("updated:<2026", Test("updated_at", high=datetime(2026, 1, 1, tzinfo=UTC))),
        ("updated:<=2026-01", Test("updated_at", high=datetime(2026, 2, 1, tzinfo=UTC))),
        (
            "updated:2026-01-31",
            Test("updated_at", low=datetime(2026, 1, 31, tzinfo=UTC), high=datetime(2026, 2, 1, tzinfo=UTC)),
        ),
        ("updated:7d", Test("updated_at", low=datetime(2026, 11, 17, 12, tzinfo=UTC))),
        ("updated:<7d", Test("updated_at", low=datetime(2026, 11, 17, 12, tzinfo=UTC))),
        ("updated:>1w", Test("updated_at", high=datetime(2026, 11, 17, 12, tzinfo=UTC))),
    ],
)
def test_plain_conditions(analyst: User, text: str, test: Test, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert resolved(analyst, text) == [test]


def test_each_alternative_has_its_tests(analyst: User) -> None:
    tests = resolve(understand("a type:view OR b OR type:table -type:view"), analyst)
    assert tests == (
        (Test("kind", ("view",)),),
        (),
        (Test("kind", ("table",)), Test("kind", ("view",), is_excluded=True)),
    )


def test_domains_the_person_knows(analyst: User) -> None:
    sales, abroad, secret = (
        make_domain("Sales"),
        make_domain("Foreign sales"),
        make_domain("Sales secrets", is_private=True),
    )
    both = {str(sales.pk), str(abroad.pk)}
    assert set(values(analyst, "domain:sales")) == both
    assert values(analyst, "domain:=SALES") == (str(sales.pk),)
    assert values(analyst, 'domain:"foreign sal"') == (str(abroad.pk),)
    assert values(analyst, "domain:none") == ("none",)
    assign_perm("assets.view_domain", analyst, secret)
    fresh = User.objects.get(pk=analyst.pk)
    assert set(values(fresh, "domain:sales")) == {*both, str(secret.pk)}


def test_hidden_names_resolve_as_names_that_are_not_there(analyst: User) -> None:
    make_domain("Merger", is_private=True)
    make_source("Merger warehouse", is_private=True)
    for field in ("domain", "source"):
        hidden, nothing = resolved(analyst, f"{field}:merger"), resolved(analyst, f"{field}:nonsense")
        assert hidden == nothing == [Test(f"{field}_id")]


def test_sources_and_schemas_by_their_words(analyst: User) -> None:
    source = make_source("Company warehouse")
    raw, mart = make_schema("raw_sales", source=source), make_schema("salesMart", source=source)
    assert values(analyst, "source:ware") == (str(source.pk),)
    assert set(values(analyst, "schema:sales")) == {str(raw.pk), str(mart.pk)}
    assert values(analyst, "schema:=sales_mart") == (str(mart.pk),)
    assert values(analyst, "schema:ales") == ()


def test_owners_by_name_address_and_team(analyst: User) -> None:
    jose = make_person("José Lima")
    team = Group.objects.create(name="Lima office")
    assert set(values(analyst, "owner:lima")) == {f"person:{jose.pk}", f"team:{team.pk}"}
    assert values(analyst, "owner:jose") == (f"person:{jose.pk}",)
    assert values(analyst, "owner:ana.lyst@atrium.example,none") == ("none", f"person:{analyst.pk}")
    analyst.groups.add(team)
    assert values(analyst, "owner:me") == (f"person:{analyst.pk}", f"team:{team.pk}")
    assert values(analyst, "owner:nobodyatall") == ()


def test_columns_by_name_words_joined_and_variants(analyst: User) -> None:
    Equivalence.objects.create(kind="abbreviation", short="cust", long="customer")
    Equivalence.objects.create(kind="abbreviation", short="dob", long="date of birth")
    make_asset("a", columns=["customer_id", "customerId", "old_customer_ids", "custid", "dob", "id", "Date_Of_Birth"])
    index_all()
    assert set(values(analyst, "column:customer_id")[:2]) == {"customer_id", "customerid"}
    assert set(values(analyst, "column:customer_id")) == {"customer_id", "customerid", "old_customer_ids"}
    assert set(values(analyst, "column:=customer_id")) == {"customer_id", "customerid"}
    assert set(values(analyst, 'column:"date of birth"')) == {"dob", "date_of_birth"}
    assert set(values(analyst, "column:dob")) == {"dob", "date_of_birth"}
    assert set(values(analyst, "column:cust")) >= {"customer_id", "old_customer_ids"}
    assert values(analyst, "column:nonsense") == ()


def test_names_that_meet_all_words() -> None:
    Equivalence.objects.create(kind="abbreviation", short="dob", long="date of birth")
    make_asset("a", columns=["customer_id", "customer_dob", "id_of_customer", "birth_date_of_customer"])
    index_all()
    terms = understand("customer date of birth").alternatives[0].terms
    assert names_of_columns(terms) == ["customer_dob", "birth_date_of_customer"]
    assert names_of_columns(understand("customer -dob").alternatives[0].terms) == [
        "customer_id",
        "id_of_customer",
        "birth_date_of_customer",
    ]
    assert names_of_columns(understand("custo").alternatives[0].terms) == []
    assert len(names_of_columns(understand("custo").alternatives[0].terms, is_unfinished=True)) == 4
    assert names_of_columns([]) == names_of_columns(understand("-x").alternatives[0].terms) == []


def test_what_is_cut_off_does_not_depend_on_hidden_names(analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "NAMES_AT_MOST", 2)
    hidden = make_schema("hidden", domain=make_domain(is_private=True))
    make_asset("plain", columns=["salary_of_all", "salary_of_none"])
    make_asset("secret", schema=hidden, columns=["salary_a", "salary_b", "salary"])
    index_all()
    assert set(values(analyst, "column:salary")) == {"salary_of_all", "salary_of_none"}


def test_one_query_for_each_kind_of_name(analyst: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    query = understand("domain:a -domain:b OR domain:c column:x column:y source:a schema:b type:view updated:7d")
    person = User.objects.get(pk=analyst.pk)
    resolve(query, person)  # the person's permissions and labels are read once a request
    with django_assert_num_queries(4):
        resolve(query, person)
    plain = understand("words alone type:view updated:7d")
    with django_assert_num_queries(0):
        resolve(plain, person)
