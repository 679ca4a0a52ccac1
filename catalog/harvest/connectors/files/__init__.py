"""Folders and buckets: one listing says what is there and what has changed; few files are opened, and none is loaded.

A schema's fingerprint is the digest of its listing, so that an unchanged folder costs the listing and nothing more.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from catalog.harvest.connectors.contract import Scope
from catalog.harvest.connectors.files.data_sets import Contents
from catalog.harvest.connectors.files.facts import Facts
from catalog.harvest.connectors.files.layout import spot_of
from catalog.harvest.connectors.rows import Row, RowReading, SchemaRow
from catalog.sources.engines.files import Place, folder_of, limited
from catalog.sources.engines.files_s3 import bucket_of
from catalog.sources.models import Source
from portal.kit.errors import Invalid
from portal.kit.jobs import Cancelled

_VERSION = "1"  # raise it when the same files come to mean something else: all are read again then
_DEEPEST = 10


class FilesExtractor:
    """One look at a place."""

    def __init__(self, place: Place, depth: int) -> None:
        self._place = place
        self._depth = depth
        self._contents = Contents()
        self._facts = Facts(place)
        self._is_stopped = False

    def schemas(self) -> Iterable[SchemaRow]:
        """List everything."""
        self._contents = contents = Contents()
        for entry in limited(self._place.entries()):
            self._check()
            spot = spot_of(entry.path, depth=self._depth, root=self._place.name) if entry.size else None
            if spot:
                contents.add(entry, spot)
        contents.settle()
        salt = f"{_VERSION}|{self._depth}"
        return [SchemaRow(name, fingerprint=contents.fingerprint(name, salt)) for name in contents.schemas]

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        """Open a few files of each data set."""
        self._facts = Facts(self._place)
        for schema in schemas:
            for name, data_set in self._contents.data_sets(schema):
                self._check()
                yield self._facts.of(schema, name, data_set)
        self._facts.refuse_all_denied()

    def warnings(self) -> list[str]:
        """Name broken files, and data sets whose files differ."""
        return self._facts.warnings

    def cancel(self) -> None:
        """Stop before the next file; a request that is under way is bounded in time."""
        self._is_stopped = True

    def _check(self) -> None:
        if self._is_stopped:
            raise Cancelled("Stopped as asked.")


class Files:
    """The connector of folders and of buckets."""

    def __init__(self, place_of: Callable[[Source], Place]) -> None:
        self._place_of = place_of

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[RowReading]:
        """Open one look; the listing is made when the schemas are asked for."""
        with RowReading(FilesExtractor(self._place_of(source), _depth(source)), scope) as reading:
            yield reading


def _depth(source: Source) -> int:
    text = str(source.options.get("depth") or 1)
    if not text.isdecimal() or int(text) > _DEEPEST:
        raise Invalid(
            f"Enter how many folders make a schema: 0 to {_DEEPEST}.", code="depth_invalid", field="options.depth"
        )
    return int(text)


FOLDER = Files(folder_of)
BUCKET = Files(bucket_of)
