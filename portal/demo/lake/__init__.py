"""The company's data outside of its warehouse: files that landed, a till archive, a laboratory, a lakehouse."""

from portal.demo.lake.build import build, is_built
from portal.demo.lake.places import Places

__all__ = ["Places", "build", "is_built"]
