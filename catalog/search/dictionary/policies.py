"""Who keeps the dictionary. Everybody signed in may look at it."""

from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied

EDIT = "search.edit_dictionary"


def may_edit(person: Person) -> Decision:
    """Stewards say which words search takes for each other."""
    if person.is_active and person.has_perm(EDIT):
        return Allowed("Stewards keep the dictionary.")
    return Denied("Stewards keep the dictionary.", "Ask a steward for the entry, or an administrator for the role.")
