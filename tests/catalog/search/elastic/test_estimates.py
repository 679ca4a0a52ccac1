"""Beyond so many matches figures are estimates, and say so; below, they are exact."""

import pytest

from access.people.models import User
from catalog.search.elastic import finding
from tests.catalog.search.conftest import ask, counts, index_all
from tests.factories.catalog import make_asset, make_schema


@pytest.mark.heavy
@pytest.mark.parametrize("engine", ["elasticsearch"], indirect=True)
def test_many_matches_are_told_about(analyst: User, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = make_schema()
    for number in range(40):
        make_asset(f"orders_{number}", schema=schema, kind="view" if number % 2 else "table")
    index_all()
    exact = ask(analyst, "orders")
    assert (exact.total, exact.is_about, counts(exact, "type")) == (40, False, {"table": 20, "view": 20})
    monkeypatch.setattr(finding, "EXACT_UP_TO", 30)
    monkeypatch.setattr(finding, "LOOKED_AT", 20)
    about = ask(analyst, "orders")
    assert about.is_about
    assert 30 <= about.total <= 80
    assert len(about.hits) == 25
    few = ask(analyst, "orders", type=["view"])
    assert (few.total, few.is_about) == (20, True)  # the total is exact, counts of the other choices are not
