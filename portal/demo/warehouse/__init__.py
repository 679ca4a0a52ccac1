"""The demo warehouse: PostgreSQL database of a company, from real data shipped in packages plus seeded generated parts.

Knows nothing of Django. `build` fills an empty (or half-built) database, `is_built` reads the marker it leaves.
"""

from portal.demo.warehouse.build import Report, build
from portal.demo.warehouse.marker import VERSION, is_built
from portal.demo.warehouse.reader import READER, ensure_reader

__all__ = ["READER", "VERSION", "Report", "build", "ensure_reader", "is_built"]
