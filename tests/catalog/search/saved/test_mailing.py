"""The mail about new matches names what its reader may see when it leaves."""

import random

import pytest
from guardian.shortcuts import assign_perm, remove_perm

from access.people.models import User
from catalog.assets.models import Asset, Domain
from catalog.search.models import Cadence, SavedSearch
from catalog.search.saved import actions, checking
from catalog.search.saved.actions import Wish
from portal.kit.models import OutboxMessage
from tests.catalog.search.conftest import index_all
from tests.catalog.search.saved.conftest import Mails, grow, let_time_pass, save
from tests.factories.catalog import make_asset, make_domain, make_schema


def check() -> None:
    let_time_pass()
    checking.check_due()


def test_mail_names_what_is_new(analyst: User, mails: Mails) -> None:
    grow("orders_old")
    search = save(analyst, by_mail=True)
    new = grow("orders_2026")
    check()
    ((to, subject, text),) = mails.delivered()
    assert (to, subject) == ([analyst.email], "New matches: Orders")
    assert f"orders_2026 ({new.path})" in text
    assert f"http://127.0.0.1:8000/assets/{new.pk}/" in text
    assert f"http://127.0.0.1:8000/search/saved/{search.pk}/" in text
    assert "orders_old" not in text
    check()
    assert len(mails.delivered()) == 1


def test_one_mail_for_all_searches_of_a_person(analyst: User, steward: User, mails: Mails) -> None:
    save(analyst, by_mail=True)
    save(analyst, query="q=2026", name="This year", by_mail=True)
    save(analyst, query="q=order", name="Without mail")
    save(steward, by_mail=True)
    grow("orders_2026")
    check()
    sent = {to[0]: (subject, text) for to, subject, text in mails.delivered()}
    assert {to: subject for to, (subject, _) in sent.items()} == {
        analyst.email: "New matches: 2 saved searches",
        steward.email: "New matches: Orders",
    }
    assert "Without mail" not in sent[analyst.email][1]


def test_rights_lost_between_the_check_and_the_sending(outsider: User, private: Domain, mails: Mails) -> None:
    save(outsider, by_mail=True)
    assign_perm("assets.view_domain", outsider, private)
    grow("takeover_orders", private)
    grow("orders_2026")
    check()
    remove_perm("assets.view_domain", outsider, private)
    ((_, _, text),) = mails.delivered()
    assert "takeover" not in text
    assert "Mergers" not in text
    assert "orders_2026" in text
    assert "Orders: 1 new match\n" in text


def test_nothing_left_no_mail(outsider: User, private: Domain, mails: Mails) -> None:
    save(outsider, by_mail=True)
    assign_perm("assets.view_domain", outsider, private)
    grow("takeover_orders", private)
    check()
    assert OutboxMessage.objects.filter(topic="mail").count() == 1
    remove_perm("assets.view_domain", outsider, private)
    assert mails.delivered() == []


def test_what_waits_to_be_sent_holds_no_name(outsider: User, private: Domain, mails: Mails) -> None:
    search = save(outsider, by_mail=True)
    assign_perm("assets.view_domain", outsider, private)
    asset = grow("takeover_orders", private)
    check()
    payload = OutboxMessage.objects.get(topic="mail").payload
    facts = {"found": {str(search.pk): [asset.pk]}}
    assert payload == {"kind": "saved_search", "person": outsider.pk, "facts": facts}


def test_who_changed_their_mind_gets_none(analyst: User, mails: Mails) -> None:
    search = save(analyst, by_mail=True)
    grow("orders_1")
    check()
    actions.change(SavedSearch.objects.get(), by=analyst, wish=Wish("Orders", Cadence.NEVER, by_mail=True))
    assert mails.delivered() == []
    actions.change(search, by=analyst, wish=Wish("Orders", Cadence.DAILY, by_mail=True))
    grow("orders_2")
    check()
    search.delete()
    assert mails.delivered() == []


def test_many_are_counted_and_the_first_are_named(analyst: User, mails: Mails) -> None:
    save(analyst, by_mail=True)
    for n in range(12):
        make_asset(f"orders_{n:02}")
    index_all()
    check()
    ((_, _, text),) = mails.delivered()
    assert "Orders: 12 new matches" in text
    assert "- and more" in text
    assert text.partition("<!doctype")[0].count("- orders_") == 10


@pytest.mark.parametrize("seed", range(6))
def test_mail_is_what_visible_to_says(seed: int, mails: Mails, outsider: User, analyst: User) -> None:
    """Random domains, grants and revocations at every moment: before the check, and between it and the sending."""
    chance = random.Random(seed)
    people = [outsider, analyst]
    domains = [make_domain(f"Domain{n}", is_private=chance.random() < 0.7) for n in range(4)]
    for person in people:
        save(person, by_mail=True)
    assets = [
        make_asset(f"orders_{seed}_{n:02}", schema=make_schema(domain=chance.choice([*domains, None])))
        for n in range(9)
    ]
    index_all()

    def shuffle() -> None:
        for person in people:
            for domain in domains:
                change = assign_perm if chance.random() < 0.5 else remove_perm
                change("assets.view_domain", person, domain)

    shuffle()
    at_check = {person.email: _seen(person) for person in people}
    check()
    shuffle()
    mailed = {to[0]: {asset.name for asset in assets if asset.name in text} for to, _, text in mails.delivered()}
    expected = {person.email: at_check[person.email] & _seen(person) for person in people}
    assert mailed == {to: names for to, names in expected.items() if names}


def _seen(person: User) -> set[str]:
    again = User.objects.get(pk=person.pk)
    return set(Asset.objects.visible_to(again).values_list("name", flat=True))
