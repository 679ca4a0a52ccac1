"""Asking as people do: through the portal's own search, and in the peer's way, request by request."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model

from catalog.assets.visibility import sight_of
from catalog.search import queries
from catalog.search.backend import SearchRequest
from portal.kit.people import Person
from tests.bench.search import plain
from tests.bench.search.costs import Costs, Meter
from tests.bench.search.house import House
from tests.bench.search.questions import Asked

_PLAINLY = 20  # plain queries of a kind, by each sort of person: they take seconds
_WARMING = 5
Answer = dict[str, Any]


def people_of(house: House) -> dict[str, list[int]]:
    """Return ids by how much they see."""
    return {"60 scopes": house.broad, "ten assets": house.sparse, "everything": house.everything}


def ask(house: House, asked: list[Asked], engine: str) -> Answer:
    """Ask everything as each sort of person; return costs by sort and kind, with totals to compare engines by."""
    meter, costs, totals = Meter(), defaultdict[str, Costs](Costs), {}
    for sort, number, one in _rounds(house, asked):
        person = _person(people_of(house)[sort], number)
        request = SearchRequest(person=person, text=one.text, filters=one.filters)
        kept = costs[f"{one.kind}/{sort}"] if number >= 0 else Costs()
        answer = meter.measure(kept, partial(queries.search, request))
        if answer.engine != engine:
            raise RuntimeError(f"{answer.engine} answered instead of {engine}: {answer.note}")
        totals[f"{sort}/{number}/{one.kind}/{one.text}"] = [answer.total, answer.is_about, answer.guess.value]
    return {"costs": {name: found.plain() for name, found in costs.items()}, "totals": totals, "pooled": _pooled(costs)}


def suggest(house: House, beginnings: list[str]) -> Answer:
    """Complete what has been typed so far, as each sort of person."""
    meter, costs = Meter(), defaultdict[str, Costs](Costs)
    for sort, people in people_of(house).items():
        for number, text in enumerate(beginnings[:_WARMING] + beginnings, -_WARMING):
            person = _person(people, number)
            kept = costs[f"suggest/{sort}"] if number >= 0 else Costs()
            meter.measure(kept, partial(queries.suggest, person, text))
    return {"costs": {name: found.plain() for name, found in costs.items()}, "pooled": _pooled(costs)}


def ask_plainly(house: House, asked: list[Asked], beginnings: list[str], kinds: set[str]) -> Answer:
    """Do the same by plain full text."""
    meter, costs = Meter(), defaultdict[str, Costs](Costs)
    for sort, people in people_of(house).items():
        for kind in sorted(kinds):
            texts = [one.text for one in asked if one.kind == kind][:_PLAINLY]
            for number, text in enumerate(texts):
                sight = sight_of(_person(people, number))
                meter.measure(costs[f"{kind}/{sort}"], partial(plain.page, sight, text))
        for number, text in enumerate(beginnings[: 2 * _PLAINLY]):
            sight = sight_of(_person(people, number))
            meter.measure(costs[f"suggest/{sort}"], partial(plain.beginning, sight, text))
    return {"costs": {name: found.plain() for name, found in costs.items()}, "pooled": _pooled(costs)}


def _rounds(house: House, asked: list[Asked]) -> Iterator[tuple[str, int, Asked]]:
    """Give every query for every sort of person; numbers below 0 warm up."""
    for sort in people_of(house):
        for number, one in enumerate(asked[:_WARMING] + asked, -_WARMING):
            yield sort, number, one


def _person(ids: list[int], number: int) -> Person:
    """Read a person anew, as every request does: what they may see is read within the measurement."""
    return get_user_model().objects.get(pk=ids[number % len(ids)])


def _pooled(costs: dict[str, Costs]) -> dict[str, Any]:
    """Put the sorts of people together, by kind."""
    pooled = defaultdict[str, Costs](Costs)
    for name, found in costs.items():
        for kept in (pooled[name.partition("/")[0]], pooled["all"]):
            kept.wall += found.wall
            kept.client += found.client
            kept.database += found.database
    return {name: found.plain() for name, found in pooled.items()}
