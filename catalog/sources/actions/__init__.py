"""Writing sources. The network is never touched inside a transaction."""

from catalog.sources.actions.access import delete, set_privacy
from catalog.sources.actions.harvesting import LIMITS, SCHEDULE, schedule, set_limits
from catalog.sources.actions.rotation import (
    enter_next_password,
    forget_next_password,
    rotate_credentials,
    test_passwords,
)
from catalog.sources.actions.storing import ADDRESS, EDITABLE, change, create, draft, test_connection

__all__ = [
    "ADDRESS",
    "EDITABLE",
    "LIMITS",
    "SCHEDULE",
    "change",
    "create",
    "delete",
    "draft",
    "enter_next_password",
    "forget_next_password",
    "rotate_credentials",
    "schedule",
    "set_limits",
    "set_privacy",
    "test_connection",
    "test_passwords",
]
