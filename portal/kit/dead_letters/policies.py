"""Who decides on failed work."""

from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied

MANAGE = "kit.manage_dead_letters"
WHY_NOT = "Failed work is shown to engineers and administrators."
SEE_TRACES = "kit.view_system"


def may_manage(person: Person) -> Decision:
    """Engineers and administrators inspect, edit, replay and discard failed work."""
    if person.has_perm(MANAGE):
        return Allowed("Your role decides on failed work.")
    return Denied(WHY_NOT, "Ask one of them to look at it.")
