"""Who may do what with sources."""

from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied

MANAGE = "sources.manage_source"
SEE_ONE = "sources.view_source"


def may_manage(person: Person) -> Decision:
    """Decide about adding, changing, testing, scheduling and deleting sources, and seeing how they are reached."""
    if person.has_perm(MANAGE):
        return Allowed("Your role manages sources.")
    return Denied("Only engineers and administrators manage sources.", "Ask an administrator for the role Engineer.")
