"""Delta tables: what their log says of the newest shape. A data set without a log is read by its files."""

import json
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.harvest.connectors.files.shapes import Broken, Field, Shape
from catalog.sources.engines.files import Entry, Place

_LOGS_READ = 20
_LONGEST_LOG = 1 << 24  # bytes
_WORDS = {
    "long": "integer", "integer": "integer", "short": "integer", "byte": "integer", "float": "float",
    "double": "double", "string": "string", "boolean": "boolean", "binary": "binary", "date": "date",
    "timestamp": "timestamp with time zone", "timestamp_ntz": "timestamp",
}  # fmt: skip


def delta_of(place: Place, logs: list[Entry]) -> Shape:
    """Look through the newest commits, then the newest checkpoint, for the table's description; raise Broken."""
    commits = sorted((entry for entry in logs if entry.path.endswith(".json") and "/." not in entry.path), reverse=True)
    points = sorted(
        (entry for entry in logs if ".checkpoint" in entry.path and entry.path.endswith(".parquet")), reverse=True
    )
    said: dict[str, Any] | None = None
    for entry in [commit for commit in commits if commit.size <= _LONGEST_LOG][:_LOGS_READ]:
        with place.open(entry.path) as file:
            said = _in_commit(file)
        if said:
            break
    if not said and points:
        with place.open(points[0].path) as file:
            said = _in_checkpoint(file)
    if not said:
        raise Broken("its log does not tell its columns")
    return _shape(said, commits)


def _in_commit(file: IO[bytes]) -> dict[str, Any] | None:
    try:
        actions = [json.loads(line) for line in file.read().splitlines() if line.strip()]
    except ValueError as error:
        raise Broken("its log is damaged") from error
    return next((action["metaData"] for action in reversed(actions) if "metaData" in action), None)


def _in_checkpoint(file: IO[bytes]) -> dict[str, Any] | None:
    try:
        rows = pq.ParquetFile(file).iter_batches(columns=["metaData"])
        found = (row["metaData"] for batch in rows for row in batch.to_pylist() if row["metaData"])
        return next(found, None)
    except (pa.ArrowException, OSError) as error:
        raise Broken("its log is damaged") from error


def _shape(said: dict[str, Any], commits: list[Entry]) -> Shape:
    try:
        fields = [_field(each) for each in json.loads(said["schemaString"])["fields"]]
        properties: dict[str, object] = {"partition_columns": list(said.get("partitionColumns") or [])}
    except (ValueError, KeyError, TypeError) as error:
        raise Broken("its log is damaged") from error
    if commits:
        version = commits[0].path.rpartition("/")[2].removesuffix(".json")
        properties["version"] = int(version) if version.isdecimal() else version
    return Shape(fields, comment=str(said.get("description") or ""), properties=properties)


def _field(facts: dict[str, Any]) -> Field:
    kind = facts["type"]
    comment = str((facts.get("metadata") or {}).get("comment", ""))
    return Field(facts["name"], _written(kind), _base(kind), bool(facts.get("nullable", True)), comment)


def _base(kind: Any) -> str:
    word = str(kind["type"] if isinstance(kind, dict) else kind).partition("(")[0]
    return _WORDS.get(word, word)


def _written(kind: Any) -> str:
    if not isinstance(kind, dict):
        return str(kind)
    if kind["type"] == "struct":
        fields = (f"{each['name']}: {_written(each['type'])}" for each in kind["fields"])
        return f"struct<{', '.join(fields)}>"
    if kind["type"] == "array":
        return f"array<{_written(kind['elementType'])}>"
    return f"map<{_written(kind['keyType'])}, {_written(kind['valueType'])}>"
