"""What every connector gives: bulk streams of facts in the columns of the staging tables."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from catalog.sources.models import Source
from portal.kit.errors import Unavailable


class ReadAgain(Unavailable):
    """The catalog moved while it was read, or a part of it is broken: what was read so far is void, start over.

    A connector raises it when another reading from the start may succeed; left alone it tells the person so.
    """


class Part(StrEnum):
    """A stream of facts; its columns are those of the staging table of the same name."""

    SCHEMAS = "schemas"
    RELATIONS = "relations"
    DETAILS = "details"
    COLUMNS = "columns"
    KEYS = "keys"
    INDEXES = "indexes"


DETAIL_PARTS = (Part.DETAILS, Part.COLUMNS, Part.KEYS, Part.INDEXES)


class Reading(Protocol):
    """One consistent look at the catalog. The number of statements must not depend on the number of relations.

    Everything raises DomainError in plain words: ReadAgain when the look has to begin anew.
    """

    def overview(self, part: Part) -> Iterator[bytes]:
        """Stream SCHEMAS or RELATIONS (with a fingerprint each) in PostgreSQL's COPY text format."""

    def details(self, part: Part, relations: Sequence[int]) -> Iterator[bytes]:
        """Stream a part of DETAIL_PARTS for the relations of these source ids."""

    def warnings(self) -> list[str]:
        """Return in plain words what could not be read."""


class Connector(Protocol):
    """Opens a reading of a source."""

    def reading(self, source: Source) -> AbstractContextManager[Reading]:
        """Connect, bounded and read-only. Raises DomainError in plain words, also when the source is lost meanwhile."""


_connectors: dict[str, Connector] = {}


def register(engine: str, connector: Connector) -> None:
    """Make a connector known for an engine."""
    _connectors[engine] = connector


def connector_for(source: Source) -> Connector:
    """Return the connector of the source's engine."""
    return _connectors[source.engine]
