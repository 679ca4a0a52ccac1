"""A node that fails is left alone, then tried by one call."""

import pytest

from catalog.search.backend import Unavailable
from catalog.search.elastic.breaker import Breaker


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The hour, to be moved."""
    moment = [100.0]
    monkeypatch.setattr("catalog.search.elastic.breaker.time.monotonic", lambda: moment[0])
    return moment


def _fail(one: Breaker) -> None:
    with pytest.raises(Unavailable, match="broken"), one.guarded():
        raise Unavailable("broken")


def test_after_a_failure_nobody_calls_for_a_while(time: list[float]) -> None:
    one = Breaker()
    _fail(one)
    assert one.is_open
    with pytest.raises(Unavailable, match="does not answer"), one.guarded():
        pytest.fail("it was called")
    time[0] += 2.1
    with one.guarded():
        pass
    assert not one.is_open


def test_one_call_at_a_time_tries_whether_it_is_back(time: list[float]) -> None:
    one = Breaker()
    _fail(one)
    time[0] += 2.1
    with one.guarded(), pytest.raises(Unavailable, match="does not answer"), one.guarded():
        pytest.fail("a second call was let through")


def test_pauses_grow(time: list[float]) -> None:
    one = Breaker()
    _fail(one)
    time[0] += 2.1
    _fail(one)
    time[0] += 2.1
    assert one.is_open
    time[0] += 2
    assert not one.is_open


def test_another_error_is_no_failure_of_the_node() -> None:
    one = Breaker()
    with pytest.raises(ValueError, match="ours"), one.guarded():
        raise ValueError("ours")
    assert not one.is_open
