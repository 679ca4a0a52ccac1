"""The best match comes first: judged queries over a small realistic corpus."""

import pytest
from django.utils import timezone

from access.people.models import User
from catalog.assets.models import Asset, Visit
from catalog.search.actions import refresh_measures
from catalog.search.backend import Sort
from tests.catalog.search.conftest import ask, index_all, names
from tests.catalog.search.corpus import make_corpus
from tests.conftest import make_person

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def corpus() -> dict[str, Asset]:
    assets = make_corpus()
    index_all()
    return assets


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("orders", "orders"),
        ("order", "orders"),
        ("customer_orders", "customer_orders"),
        ("customer orders", "customer_orders"),
        ("CustomerOrders", "customer_orders"),
        ("customerorders", "customer_orders"),
        ("customers", "customers"),
        ("customer", "customers"),
        ("loan applications", "loanApplications"),
        ("loanapplications", "loanApplications"),
        ("credit score", "loanApplications"),
        ("creditScore", "loanApplications"),
        ("gps", "vehicle_positions"),
        ("glucose", "lab_results"),
        ("date of birth", "patients"),
        ("mart.invoices", "invoices"),
        ("exchange rate", "fx_rates"),
        ("newsletter clicked", "email_events"),
        ("who", "who"),
        ("nandu dias", "Ñandú días"),
        ("Ñandú", "Ñandú días"),
        ("vat", "invoices"),
        ("applic", "loanApplications"),
        ("Company warehouse gps", "vehicle_positions"),
        ("tables of patients", "patients"),
    ],
)
def test_best_match_is_first(analyst: User, text: str, first: str) -> None:
    assert names(ask(analyst, text))[0] == first


def test_exact_name_then_beginning_then_elsewhere(analyst: User) -> None:
    found = names(ask(analyst, "order"))
    assert found[:3] == ["orders", "order_items", "customer_orders"]


def test_deprecated_goes_below_what_is_in_use_unless_it_is_asked_for(analyst: User) -> None:
    found = names(ask(analyst, "customer"))
    assert found.index("customers_old") > found.index("dim_customer")
    assert found.index("customers_old") < found.index("invoices")
    assert names(ask(analyst, "customers_old"))[0] == "customers_old"


def test_certified_goes_before_and_deprecated_after_its_equals(analyst: User) -> None:
    certified, equal, old = (f"ledger {word}" for word in ("blue", "green", "red"))
    schema = Asset.objects.get(name="orders").schema
    for name in (old, equal, certified):
        Asset.objects.get_or_create(
            schema=schema, name=name, source=schema.source, path=name, kind="table", labels=["open"],
            first_seen_at=timezone.now(), changed_at=timezone.now(),
        )  # fmt: skip
    Asset.objects.filter(name=certified).update(certification="certified")
    Asset.objects.filter(name=old).update(certification="deprecated")
    index_all()
    assert names(ask(analyst, "ledger")) == [certified, equal, old]


def test_popularity_breaks_ties_but_never_beats_the_name(analyst: User, corpus: dict[str, Asset]) -> None:
    for number in range(5):
        person = make_person(f"Reader {number}")
        Visit.objects.create(person=person, asset=corpus["customer_addresses"], last_at=timezone.now())
    assert refresh_measures() == 1
    found = names(ask(analyst, "customer"))
    assert found.index("customer_addresses") < found.index("customer_orders")
    assert names(ask(analyst, "customers"))[0] == "customers"
    assert names(ask(analyst))[0] == "customer_addresses"


def test_phrase_exclusion_and_or(analyst: User) -> None:
    assert set(names(ask(analyst, '"month end"'))) == {"daily_transactions"}
    assert names(ask(analyst, '"end month"')) == []
    assert set(names(ask(analyst, "gps OR glucose"))) == {"vehicle_positions", "lab_results"}
    without = names(ask(analyst, "customers -orders"))
    assert "customers" in without
    assert not {"customer_orders", "orders"} & set(without)


def test_last_word_may_be_unfinished(analyst: User) -> None:
    assert "vehicle_positions" in names(ask(analyst, "delivery fle"))
    assert ask(analyst, "fle delivery").is_guess


def test_misspelling_shows_what_was_meant(analyst: User) -> None:
    answer = ask(analyst, "custmer adress")
    assert (answer.is_guess, answer.correction) == (True, "customer addresses")
    assert names(answer)[0] == "customer_addresses"
    assert ask(analyst, "emial").correction == "email"


def test_name_that_looks_alike_is_found_without_a_correction(analyst: User) -> None:
    answer = ask(analyst, "dailytransactionz")
    assert answer.is_guess
    assert answer.total == len(answer.hits)


def test_right_word_is_not_corrected(analyst: User) -> None:
    answer = ask(analyst, "customer")
    assert (answer.is_guess, answer.correction) == (False, "")


def test_orders(analyst: User, corpus: dict[str, Asset]) -> None:
    Asset.objects.filter(pk=corpus["patients"].pk).update(changed_at=timezone.now())
    index_all()
    assert names(ask(analyst, sort=Sort.CHANGED))[0] == "patients"
    by_name = names(ask(analyst, sort=Sort.NAME, size=100))
    assert by_name[:2] == ["campaigns", "customer_addresses"]
    assert len(by_name) == len(corpus)


def test_pages_hold_every_result_once(analyst: User, corpus: dict[str, Asset]) -> None:
    pages = [ask(analyst, page=page, size=10) for page in (1, 2, 3)]
    assert sorted(name for answer in pages for name in names(answer)) == sorted(corpus)
    assert ask(analyst, page=99, size=10).page == 3
