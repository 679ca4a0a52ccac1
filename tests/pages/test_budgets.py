"""Every page keeps to its committed number of queries and to the weight of its HTML.

`budgets.json` holds the numbers. A page that needs more must be given more there, in sight of the reviewer; one that
needs fewer fails too, so that the file stays true. ATRIUM_WRITE_BUDGETS=1 (without -n) writes what the pages need now.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.people.models import User
from tests.factories.company import Company
from tests.pages.tour import STOPS, Stop

FILE = Path(__file__).parent / "budgets.json"
BUDGETS: dict[str, int] = json.loads(FILE.read_text())
MOST_QUERIES = 15
MOST_BYTES = 40_000


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.key)
def test_page_keeps_to_its_budget(stop: Stop, company: Company, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(company.people[stop.person])
    url = stop.url(company)
    client.get(url)  # warms what is read once a process
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    body = response.content if not response.streaming else b""
    assert response.status_code == 200
    if os.environ.get("ATRIUM_WRITE_BUDGETS"):
        FILE.write_text(
            json.dumps(json.loads(FILE.read_text()) | {stop.key: len(queries)}, indent=2, sort_keys=True) + "\n"
        )
        return
    assert len(queries) == BUDGETS.get(stop.key), "\n".join(query["sql"][:200] for query in queries)
    assert len(queries) <= MOST_QUERIES
    assert len(body) <= MOST_BYTES


def test_budgets_name_only_pages_of_the_tour() -> None:
    assert set(BUDGETS) == {stop.key for stop in STOPS}
