"""What every connector gives: bulk streams of facts in the columns of the staging tables."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Protocol, cast

from catalog.sources.engines.registry import engine_of, load
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


@dataclass(frozen=True)
class Scope:
    """Which schemas to read, and what is known of them.

    `left_out` are patterns with * and ?; `only` confines the reading to these names (None: all). `known` holds the
    fingerprints of schemas that we have: a connector that gives the same one again need not list that schema's
    relations, and nothing of it is changed; or it lists them for their vitals, with NULL for a fingerprint.
    """

    left_out: Sequence[str] = ()
    only: Sequence[str] | None = None
    known: Mapping[str, str] = field(default_factory=dict)

    def wants(self, schema: str) -> bool:
        """Return whether a schema is to be read."""
        return (self.only is None or schema in self.only) and not any(
            fnmatchcase(schema, pattern) for pattern in self.left_out
        )


class Reading(Protocol):
    """One consistent look at the catalog. The number of statements must not depend on the number of relations.

    Everything raises DomainError in plain words: ReadAgain when the look has to begin anew. Connectors that get rows
    and not COPY text give an Extractor instead; see rows.py.
    """

    def overview(self, part: Part) -> Iterator[bytes]:
        """Stream SCHEMAS or RELATIONS (with a fingerprint each) in PostgreSQL's COPY text format."""

    def details(self, part: Part, relations: Sequence[int]) -> Iterator[bytes]:
        """Stream a part of DETAIL_PARTS for the relations of these source ids."""

    def warnings(self) -> list[str]:
        """Return in plain words what could not be read."""

    def cancel(self) -> None:
        """Stop the statement that runs at the server; called from another thread, does nothing when none runs."""


class Connector(Protocol):
    """Opens a reading of a source."""

    def reading(self, source: Source, scope: Scope) -> AbstractContextManager[Reading]:
        """Connect, bounded and read-only. Raises DomainError in plain words, also when the source is lost meanwhile."""


def connector_for(source: Source) -> Connector:
    """Return the connector of the source's engine; raise Invalid when engine or driver are missing here."""
    engine = engine_of(source)
    return cast("Connector", load(engine, engine.connector))
