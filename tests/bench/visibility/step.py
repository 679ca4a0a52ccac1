"""A step in a process of its own: `build PRESENT SIZE POSTMASTER` or `ask SIZE POSTMASTER`."""

import json
import sys
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Permission  # noqa: E402
from guardian.core import ObjectPermissionChecker  # noqa: E402
from guardian.shortcuts import get_objects_for_user  # noqa: E402

from access.people.models import User  # noqa: E402
from catalog.assets.models import Asset  # noqa: E402
from catalog.assets.queries.assets import in_lists  # noqa: E402
from catalog.assets.queries.numbers import number_visible  # noqa: E402
from catalog.assets.visibility import labels_of  # noqa: E402
from catalog.sources.models import Source  # noqa: E402
from tests.bench.meter import measured, peak_mib  # noqa: E402
from tests.bench.visibility import house  # noqa: E402

Answer = dict[str, Any]
PAGE = 25
_BATCHES, _TIMES, _SLOW_TIMES = 9, 25, 1  # so many calls are measured at once, for the clock ticks at 10 ms
_SLOW = 0.1  # seconds, from which on calls are measured one by one
_PEOPLE = {"much": house.MUCH, "few": house.FEW, "all": house.ALL}


def build(present: str, size: str, postmaster: int) -> Answer:
    """Make the house, or add to it."""
    began = time.perf_counter()
    if not int(present):
        facts = {"host": "127.0.0.1", "port": 1, "database": "x", "username": "x", "password_encrypted": ""}
        Source.objects.create(name="Warehouse", slug="warehouse", **facts)
    grants = house.build(int(present), int(size))
    return {"seconds": time.perf_counter() - began, "grants": grants}


def ask(size: str, postmaster: int) -> Answer:
    """Make every call for every kind of people."""
    some = [1 + n * 37 % int(size) for n in range(PAGE)]
    calls = {}
    for name, call in _calls(some).items():
        for who, email in _PEOPLE.items():
            if name.startswith("guardian") and who == "all":  # nobody sees everything by grants
                continue
            calls[f"{name}/{who}"] = _timed(call, email, postmaster)
    return {"calls": calls}


def _calls(some: list[int]) -> dict[str, Callable[[User], int]]:
    permission = "assets.change_asset"

    def peer(person: User) -> Any:
        return get_objects_for_user(person, permission, Asset.objects.present())  # asked what Atrium is asked

    def listed() -> Any:
        return in_lists(Asset.objects.present())

    def checked(person: User) -> int:
        assets: Any = list(Asset.objects.filter(pk__in=some))
        checker = ObjectPermissionChecker(person)
        checker.prefetch_perms(assets)
        return sum(checker.has_perm("change_asset", asset) for asset in assets)

    return {
        "labels": lambda person: len(labels_of(person)),
        "first page": lambda person: len(Asset.objects.present().first_of(person, "-changed_at", "-id", limit=PAGE)),
        "first page of the API": lambda person: len(listed().first_of(person, "-id", limit=PAGE + 1)),
        "count": number_visible,
        "rights on 25": lambda person: len(
            Asset.objects.visible_to(person).filter(pk__in=some).order_by().values_list("pk")
        ),
        "guardian, first page": lambda person: len(peer(person).order_by("-changed_at", "-id")[:PAGE]),
        "guardian, count": lambda person: peer(person).count(),
        "guardian, 25 prefetched": checked,
    }


def _timed(call: Callable[[User], int], email: str, postmaster: int) -> Answer:
    """Make a call often, each time for a person as a request would have them; wall and CPU milliseconds a call."""
    answer, began = call(_person(email)), time.perf_counter()
    call(_person(email))
    times = _TIMES if time.perf_counter() - began < _SLOW else _SLOW_TIMES
    walls, cpus = [], []
    for _ in range(_BATCHES):
        people = [_person(email) for _ in range(times)]
        with measured(postmaster) as cost:
            for person in people:
                began = time.perf_counter()
                call(person)
                walls.append((time.perf_counter() - began) * 1000)
        cpus.append(1000 * cost.cpu / times)
    figures = {"median": median(walls), "p95": quantiles(walls, n=20)[-1], "cpu": median(cpus), "most": max(cpus)}
    return figures | {"times": len(walls), "answer": answer}


def _person(email: str) -> User:
    return User.objects.get(email=email)


STEPS: dict[str, Callable[..., Answer]] = {"build": build, "ask": ask}

if __name__ == "__main__":
    Permission.objects.first()  # the session is open before anything is measured
    told = STEPS[sys.argv[1]](*sys.argv[2:-1], int(sys.argv[-1]))
    print(json.dumps(told | {"peak_mib": peak_mib()}))
