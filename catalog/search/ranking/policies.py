"""Who may change what comes first."""

from portal.kit.people import Person
from portal.kit.policies import Allowed, Denied

TUNE = "search.tune_ranking"


def may_tune(by: Person) -> Allowed | Denied:
    """Say whether a person may change the weights of ranking."""
    if by.has_perm(TUNE):
        return Allowed()
    return Denied("Only administrators may change what comes first in search.", "Ask one of them.")
