"""Who may manage people."""

from access.people.models import User
from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied

MANAGE = "people.manage_people"
WHY_NOT = "Only administrators manage people, roles and teams."


def may_manage(person: Person) -> Decision:
    """Administrators manage people, roles and teams."""
    if person.has_perm(MANAGE):
        return Allowed("Your role manages people.")
    return Denied(WHY_NOT, "Ask an administrator for the change.")


def may_end_token(person: Person, owner: User) -> Decision:
    """A token is ended by its owner or by an administrator."""
    if person.pk == owner.pk:
        return Allowed("The token is yours.")
    return may_manage(person)
