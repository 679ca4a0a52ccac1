"""A decision says why."""

import pytest

from portal.kit.errors import NotAllowed
from portal.kit.policies import Allowed, Denied, require


def test_decisions_are_true_or_false() -> None:
    assert Allowed("because")
    assert not Denied("because not")


def test_refusal_carries_reason_and_way_in() -> None:
    require(Allowed())
    with pytest.raises(NotAllowed) as refusal:
        require(Denied("Only stewards certify.", "Ask a steward."))
    assert (refusal.value.message, refusal.value.how_to_fix) == ("Only stewards certify.", "Ask a steward.")
    assert refusal.value.status == 403
