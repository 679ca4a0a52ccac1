"""Who may rebuild and check the copy."""

from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied

MANAGE = "search.manage_index"
REFUSED = "The search index is kept by engineers and administrators."


def may_manage(person: Person) -> Decision:
    """Engineers and administrators keep the search index."""
    if person.has_perm(MANAGE):
        return Allowed("Your role keeps the search index.")
    return Denied(REFUSED, "Ask an administrator for a role that includes this.")
