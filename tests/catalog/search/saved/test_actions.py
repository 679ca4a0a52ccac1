"""Keeping, changing and deleting one's searches."""

import pytest
from django.http import QueryDict

from access.people.models import User
from catalog.search.models import Cadence, SavedSearch
from catalog.search.saved import actions, queries
from catalog.search.saved.actions import Wish
from portal.kit.erasing import erase
from portal.kit.errors import Conflict, DomainError, Invalid, NotAllowed
from tests.catalog.search.saved.conftest import grow, save


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b", "a\u202eb"])
def test_names_that_are_refused(name: str, analyst: User) -> None:
    with pytest.raises(Invalid) as refused:
        save(analyst, name=name)
    assert refused.value.field == "name"
    assert not SavedSearch.objects.exists()


def test_a_name_is_there_once_in_any_case_for_each_person(analyst: User, steward: User) -> None:
    save(analyst, name="Orders")
    save(steward, name="orders")
    with pytest.raises(Invalid, match="of this name already") as refused:
        save(analyst, name=" ORDERS ")
    assert refused.value.field == "name"
    other = save(analyst, name="Bills")
    with pytest.raises(Invalid, match="of this name already"):
        actions.change(other, by=analyst, wish=Wish("orders"))
    assert sorted(queries.of(analyst).values_list("name", flat=True)) == ["Bills", "Orders"]


def test_line_breaks_in_a_name_become_spaces(analyst: User) -> None:
    assert save(analyst, name="a\nBcc: b").name == "a Bcc: b"


def test_a_hundred_are_enough(analyst: User) -> None:
    rows = [SavedSearch(person=analyst, name=f"Search {n}", query="") for n in range(99)]
    SavedSearch.objects.bulk_create(rows)
    save(analyst, name="The hundredth")
    with pytest.raises(Conflict, match="100 searches already"):
        save(analyst, name="One more")
    assert queries.of(analyst).count() == 100


def test_what_is_too_long_is_refused(analyst: User) -> None:
    with pytest.raises(Invalid):
        save(analyst, query="q=" + "x" * 4000)


def test_a_cadence_must_be_one(analyst: User) -> None:
    with pytest.raises(Invalid) as refused:
        save(analyst, tells="hourly")
    assert refused.value.field == "tells"


def test_delete_and_undo(analyst: User) -> None:
    search = save(analyst, tells=Cadence.WEEKLY, by_mail=True)
    SavedSearch.objects.update(news=[grow("orders").pk])
    facts = actions.delete(SavedSearch.objects.get(), by=analyst)
    assert not SavedSearch.objects.exists()
    back = actions.restore(facts, by=analyst)
    assert (back.name, back.query, back.tells, back.by_mail) == ("Orders", "q=orders", "weekly", True)
    assert [row.new for row in queries.rows(analyst, [back])] == [1]
    assert back.pk != search.pk


def test_others_have_no_say(analyst: User, steward: User) -> None:
    search = save(analyst)
    assert queries.one_of(steward, search.pk) is None
    for act in (actions.delete, actions.look):
        with pytest.raises(NotAllowed):
            act(search, by=steward)
    with pytest.raises(DomainError):
        actions.change(search, by=steward, wish=Wish("Mine"))
    assert SavedSearch.objects.get().name == "Orders"


def test_opening_makes_nothing_new(analyst: User) -> None:
    search = save(analyst)
    SavedSearch.objects.update(news=[1, 2])
    actions.look(queries.of(analyst).get(), by=analyst)
    search.refresh_from_db()
    assert search.news == []


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("q=orders&page=3&size=50&type=table&type=view", "q=orders&type=table&type=view"),
        ("q=&sort=name&format=csv", "sort=name"),
        ("csrfmiddlewaretoken=x&q=%22a+b%22+%26+%2F", "q=%22a+b%22+%26+%2F"),
    ],
)
def test_what_is_kept_of_an_address(address: str, kept: str) -> None:
    assert queries.kept(QueryDict(address)) == kept


def test_searches_go_with_the_person(analyst: User, steward: User) -> None:
    save(analyst)
    save(steward)
    erase(User.objects.filter(pk=analyst.pk))
    assert SavedSearch.objects.get().person == steward
