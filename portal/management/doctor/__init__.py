"""What `manage.py doctor` looks at: each check answers with findings, each finding with how to mend it."""

from collections.abc import Callable, Iterator

from portal.management.doctor import connections, data, machine, versions, watching
from portal.management.doctor.findings import Finding, Level
from portal.management.place import Place

__all__ = ["Finding", "Level", "examine"]

Check = Callable[[Place], Iterator[Finding]]
CHECKS: list[Check] = [
    versions.python,
    versions.packages,
    machine.disk,
    machine.keys,
    machine.embedded_services,
    machine.port,
    watching.numbers,
    watching.traces,
    connections.broker,
    connections.mail_server,
    connections.database,
    data.migrations,
    data.search_index,
    data.search_copy,
    data.outbox,
    data.failed_work,
    data.jobs,
]
NEEDED_BY_THE_REST: set[Check] = {connections.database, data.migrations}


def examine(place: Place) -> Iterator[Finding]:
    """All findings in a fixed order; those about rows are left out while the database is down or not migrated."""
    for check in CHECKS:
        findings = list(check(place))
        yield from findings
        if check in NEEDED_BY_THE_REST and any(finding.level is Level.FAIL for finding in findings):
            return
