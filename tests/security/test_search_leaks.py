"""What search tells equals what the rule gives, in random houses, after every random change, on every surface.

A house, its changes and its questions follow from a number: the one in a failure's name makes the same house again.
ATRIUM_LEAK_HOUSES=200 tries more of them.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction

from access.people.models import User
from catalog.assets.actions.access import admit, shut_out
from catalog.assets.models import Asset, Domain
from catalog.assets.visibility import Sight
from catalog.search import queries as search_queries
from catalog.search import searching
from catalog.search.backend import Rights
from catalog.search.columns import queries as column_queries
from catalog.search.elastic import draining
from catalog.search.models import Pending, SavedSearch
from catalog.search.postgres.indexing import index
from catalog.search.rights import rights_of
from catalog.search.saved import queries as saved_queries
from catalog.sources.models import Source
from portal.kit import outbox
from portal.kit.people import Person
from tests.catalog.search.elastic.node import copied
from tests.security.leaks import questions
from tests.security.leaks.house import House, build
from tests.security.leaks.questions import Question, ask, by_name
from tests.security.leaks.reference import Seen
from tests.security.leaks.saved import check, keep, read
from tests.security.leaks.steps import random_step
from tests.security.leaks.surfaces import Leak, Looker

HOUSES = int(os.environ.get("ATRIUM_LEAK_HOUSES", "2"))
_STEPS = 6
_LOOKERS = 2
_QUESTIONS = 2

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _patience(settings: Any) -> None:
    """The test is one transaction, whose clock stands still: what waits seems to wait since it began."""
    settings.SEARCH_LAG_SECONDS = 10_000
    settings.EMAIL_URL = "smtp://127.0.0.1:1"


@pytest.mark.parametrize("number", range(HOUSES))
def test_search_tells_what_the_rule_gives(number: int) -> None:
    assert set(_live_in(_house(number), copy=False)) == {"postgresql"}


@pytest.mark.heavy
@pytest.mark.parametrize("number", range(1000, 1000 + HOUSES))
def test_a_copy_tells_no_more_however_far_it_is_behind(number: int, settings: Any) -> None:
    house = _house(number)
    with copied(settings):
        engines = list(_live_in(house, copy=True))
    assert "elasticsearch" in engines, "the copy answered never"


@pytest.mark.parametrize("number", range(2))
def test_revoking_acts_on_the_next_request(number: int) -> None:
    """Not only at random: all that a person holds is taken from them, one thing after the other, without a drain."""
    house = _house(500 + number)
    person = house.people[0]
    some = Asset.objects.filter(pk__in=sorted(house.own)[::4])
    things: list[Asset | Domain | Source] = [*house.domains, *house.sources, *some]
    for thing in things:
        admit(thing=thing, holder=person, by=house.admin)
    outbox.deliver()
    for thing in things:
        before = Seen(house, _anew(person)).facts
        shut_out(thing=thing, holder=person, by=house.admin)
        seen = Seen(house, _anew(person))
        looker = Looker(house, seen, is_fresh=False)
        lost = sorted(set(before) - set(seen.facts))[:2]
        for question in (ask(house, seen, is_fresh=False), *(by_name(house, pk) for pk in lost)):
            looker.look(question)


def _sees_all(person: Person) -> Rights:
    return Rights(Sight(sees_all=True))


def _knows_all_domains(person: Person) -> Rights:
    return replace(rights_of(person), hidden_domains=())


@pytest.mark.parametrize(
    ("module", "name", "instead", "makers"),
    [
        (searching, "rights_of", _sees_all, questions.OF_ASSETS),
        (searching, "rights_of", _knows_all_domains, (questions.everything,)),
        (search_queries, "rights_of", _sees_all, questions.OF_ASSETS),
        (column_queries, "sight_of", lambda person: Sight(sees_all=True), questions.OF_ASSETS),
        (saved_queries, "visible", lambda person, ids: iter(ids), (questions.everything,)),
    ],
    ids=["results", "names of domains", "suggestions", "columns", "saved searches"],
)
def test_it_would_be_noticed(
    module: ModuleType, name: str, instead: object, makers: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each place that asks who may see something does not ask any more: the tests above must fail."""
    monkeypatch.setattr(module, name, instead)
    monkeypatch.setattr(questions, "OF_ASSETS", makers)
    monkeypatch.setattr(questions, "OF_OTHERS", ())
    with pytest.raises(Leak):
        _live_in_many()


def _live_in_many() -> None:
    for number in range(30):
        with transaction.atomic():
            list(_live_in(_house(number), copy=False))
            transaction.set_rollback(True)


def _house(number: int) -> House:
    house = build(Random(number))
    outbox.deliver()
    index(Asset.objects.values_list("pk", flat=True))
    return house


def _live_in(house: House, *, copy: bool) -> Iterator[str]:
    """Change something, look at once and again when the index has heard of it; give the engines that answered."""
    done: list[str] = []
    kept = None
    for _ in range(_STEPS):
        done.append(random_step(house))
        lookers = house.choice.sample(house.people, _LOOKERS)
        try:
            yield from _look(house, lookers, is_fresh=False, is_behind=copy)
            if kept is not None:
                _read(house, *kept)
            outbox.deliver()
            yield from _look(house, lookers, is_fresh=True, is_behind=copy and Pending.objects.exists())
            if copy:
                draining.drain()
                yield from _look(house, lookers, is_fresh=True, is_behind=False)
            kept = _keep(house, lookers[0]) if _anew(lookers[0]).is_active else None
        except Leak as leak:
            raise Leak(f"{leak}\nafter:\n" + "\n".join(done)) from leak


def _anew(person: User) -> User:
    """Read a person as a request does: what they hold is kept on the object."""
    return User.objects.get(pk=person.pk)


def _look(house: House, people: list[User], *, is_fresh: bool, is_behind: bool) -> Iterator[str]:
    for person in people:
        seen = Seen(house, _anew(person))
        looker = Looker(house, seen, is_fresh, is_behind)
        for _ in range(_QUESTIONS):
            yield looker.look(ask(house, seen, is_fresh=is_fresh))


def _keep(house: House, person: User) -> tuple[User, SavedSearch, Question]:
    """Save a search and have it checked."""
    looker = Looker(house, Seen(house, _anew(person)), is_fresh=True)
    question = ask(house, looker.seen, is_fresh=True)
    saved = keep(looker, question)
    check(looker, saved, question)
    return person, saved, question


def _read(house: House, person: User, saved: SavedSearch, question: Question) -> None:
    """Read what the check of then tells now, after something has changed."""
    read(Looker(house, Seen(house, _anew(person)), is_fresh=False), saved, question)
