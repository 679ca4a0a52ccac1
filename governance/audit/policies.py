"""Who may read the ledger."""

from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied

VIEW = "audit.view_log"
EXPORT = "audit.export_log"
WHY_NOT = "The audit log names people and private data, so only compliance officers and administrators read it."


def may_export(person: Person) -> Decision:
    """Decide about taking the log out of the portal."""
    if person.has_perm(EXPORT):
        return Allowed("Your role exports the audit log.")
    return Denied(WHY_NOT, "Ask a compliance officer for the entries you need.")
