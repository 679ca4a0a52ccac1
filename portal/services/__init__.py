"""The embedded default: PostgreSQL and Valkey from wheels, for one machine, started and stopped by the commands.

Imports nothing of Django: settings and the test plug-in need it before Django is set up.
"""

from portal.services.control import create_database, endpoints, remove, start, status, stop
from portal.services.errors import ServiceError
from portal.services.state import Endpoints, ServiceStatus

__all__ = [
    "Endpoints",
    "ServiceError",
    "ServiceStatus",
    "create_database",
    "endpoints",
    "remove",
    "start",
    "status",
    "stop",
]
