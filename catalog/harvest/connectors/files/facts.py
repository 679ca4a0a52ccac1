"""From a data set to the rows of the catalog: the newest file says what it is, a few others whether they agree."""

from collections.abc import Iterator, Sequence

from catalog.harvest.connectors.contract import ReadAgain
from catalog.harvest.connectors.files.arrow import footer_of
from catalog.harvest.connectors.files.data_sets import DataSet
from catalog.harvest.connectors.files.delimited import table_of
from catalog.harvest.connectors.files.delta import delta_of
from catalog.harvest.connectors.files.documents import objects_of
from catalog.harvest.connectors.files.shapes import Broken, Field, Reader, Shape, difference
from catalog.harvest.connectors.history import Span, span_of
from catalog.harvest.connectors.rows import ColumnRow, DetailRow, RelationRow, Row
from catalog.sources.engines.files import NO_RIGHTS, Entry, Place, unexplained

_READERS: dict[str, Reader] = {"parquet": footer_of, "csv": table_of, "json": objects_of}
_LABELS = {"parquet": "Parquet", "csv": "CSV", "json": "JSON", "delta": "Delta"}
_BASES = {"int64": "integer"}


class Facts:
    """Reads data sets of a place and keeps the warnings."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.warnings: list[str] = []
        self._denied = 0
        self._read = 0

    def refuse_all_denied(self) -> None:
        """Raise when nothing could be read for want of rights: what we know is better than names without columns."""
        if self._denied and not self._read:
            raise NO_RIGHTS.error()

    def of(self, schema: str, name: str, data_set: DataSet) -> Sequence[Row]:
        """Return the rows of a data set; one that can't be read is listed without columns."""
        shapes = list(self._shapes(data_set))
        shape = shapes[0][1] if shapes else Shape(())
        rows = _rows(data_set, shapes)
        detail = DetailRow(schema, name, shape.comment, properties=_properties(data_set, shape))
        columns = [
            ColumnRow(
                schema, name, n, each.name, each.data_type, each.base_type, each.is_nullable, comment=each.comment
            )
            for n, each in enumerate(_fields(data_set, shape), 1)
        ]
        history = _history(data_set, [each for _, each in shapes])
        relation = RelationRow(schema, name, "data_set", rows, data_set.size, history=history)
        return [relation, detail, *columns]

    def _shapes(self, data_set: DataSet) -> Iterator[tuple[int, Shape]]:
        """Yield size and shape of the newest sound file, then those of some others; say how they differ."""
        newest: Shape | None = None
        if data_set.logs:
            newest = self._delta(data_set)
            if newest:
                yield 0, newest
            return
        for entry in filter(None, (data_set.newest, *data_set.others)):
            shape = self._shape(entry, data_set, is_newest=newest is None)
            if shape is None:
                continue
            yield entry.size, shape
            if newest and (said := difference(newest, shape)):
                self.warnings.append(f"The columns of {entry.path} differ from those of the newest file: {said}.")
            newest = newest or shape

    def _shape(self, entry: Entry, data_set: DataSet, *, is_newest: bool) -> Shape | None:
        try:
            with self._place.open(entry.path) as file:
                shape = _READERS[data_set.spot.format](file, entry)
                self._read += 1
                return shape
        except FileNotFoundError:
            if is_newest:
                raise ReadAgain(
                    "Files went while they were read. Try again in a moment.", code="source_moving"
                ) from None
        except PermissionError:
            self._deny(entry.path)
        except Broken as error:
            self.warnings.append(f"{entry.path} can't be read: {error}.")
        except OSError as error:
            raise unexplained(error) from error
        return None

    def _deny(self, path: str) -> None:
        self._denied += 1
        self.warnings.append(f"{path} can't be read: the portal has no right to it.")

    def _delta(self, data_set: DataSet) -> Shape | None:
        try:
            shape = delta_of(self._place, data_set.logs)
            self._read += 1
            return shape
        except FileNotFoundError:
            raise ReadAgain("Files went while they were read. Try again in a moment.", code="source_moving") from None
        except PermissionError:
            self._deny(data_set.spot.folder)
        except Broken as error:
            self.warnings.append(f"The Delta table {data_set.spot.folder} can't be read: {error}.")
        except OSError as error:
            raise unexplained(error) from error
        return None


def _fields(data_set: DataSet, shape: Shape) -> Iterator[Field]:
    """Yield the columns of the files, then those that only the folders tell."""
    yield from shape.fields
    known = shape.types
    for name, column in data_set.partition_columns.items():
        if name not in known:
            yield Field(name, column.data_type, _BASES.get(column.data_type, column.data_type))


def _rows(data_set: DataSet, shapes: Sequence[tuple[int, Shape]]) -> int | None:
    """Return the number of rows: exact when every file was counted, else by the size of those that were."""
    counted = [(size, shape.rows) for size, shape in shapes if shape.rows is not None]
    rows, size = sum(rows for _, rows in counted), sum(size for size, _ in counted)
    if len(counted) == data_set.files:
        return rows
    return round(rows * data_set.size / size) if size else None


def _history(data_set: DataSet, shapes: Sequence[Shape]) -> Span:
    """Return the days that the folders tell, and those in the files when every one of them was looked at."""
    told = [day for column in data_set.partition_columns.values() for day in column.days]
    inside = [day for shape in shapes for day in shape.history] if len(shapes) == data_set.files else []
    return span_of([*told, *inside])


def _properties(data_set: DataSet, shape: Shape) -> dict[str, object]:
    partitions = {name: column.data_type for name, column in data_set.partition_columns.items()}
    packed = ", ".join(sorted(filter(None, data_set.compressions)))
    found: dict[str, object] = {
        "format": _LABELS[data_set.spot.format],
        "place": _place(data_set),
        "files": data_set.files,
        "bytes": data_set.size,
        "newest": data_set.newest.moment if data_set.newest else "",
        "partitions": data_set.partitions,
        "partition_columns": [f"{name} ({kind})" for name, kind in partitions.items()],
        "compression": packed,
    } | shape.properties
    return {name: value for name, value in found.items() if value not in ("", [], None)}


def _place(data_set: DataSet) -> str:
    is_one = data_set.files == 1 and data_set.newest and not data_set.partitions
    return data_set.newest.path if is_one and data_set.newest else f"{data_set.spot.folder}/".lstrip("/") or "/"
