"""Who may harvest."""

from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied


def may_run(person: Person) -> Decision:
    """Engineers and administrators start, stop and repeat harvests."""
    if person.has_perm("harvest.run_harvest"):
        return Allowed("Your role runs harvests.")
    return Denied("Only engineers and administrators run harvests.", "Ask one of them to start it.")


def may_look(person: Person) -> Decision:
    """Stewards, officers, engineers and administrators see runs."""
    if person.has_perm("harvest.view_runs"):
        return Allowed("Your role sees harvest runs.")
    return Denied("Harvest runs are shown to stewards, compliance officers and engineers.", "Ask an administrator.")
