"""Folders and buckets that tests fill with files, as grounds of the conformance suite."""

from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.sources.credentials import encrypt
from tests.catalog.harvest.connectors.ground import Ground, Kind, Lack, Made, Table
from tests.engines.moto import KEY, REGION, SECRET, Store

TYPES = {Kind.INTEGER: pa.int64(), Kind.TEXT: pa.string(), Kind.DATE: pa.date32(), Kind.DECIMAL: pa.decimal128(10, 2)}


class Disk(Protocol):
    """Where files are put."""

    def put(self, path: str, content: bytes) -> None:
        """Write a file, and its folders."""

    def remove(self, folder: str) -> None:
        """Remove a folder with all that is in it."""

    def vanish(self) -> None:
        """Take everything away."""

    def address(self) -> dict[str, Any]:
        """Return the facts of a source."""


class FolderDisk:
    """A folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def put(self, path: str, content: bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def remove(self, folder: str) -> None:
        for path in sorted((self.root / folder).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (self.root / folder).rmdir()

    def vanish(self) -> None:
        if self.root.exists():
            self.root.rename(self.root.with_name("gone"))

    def address(self) -> dict[str, Any]:
        return {"engine": "files", "database": str(self.root)}


class BucketDisk:
    """A bucket; reading it needs a key."""

    def __init__(self, store: Store) -> None:
        store.reset()
        self.store = store
        self.system = store.system
        self.system.create_dir("lake")

    def put(self, path: str, content: bytes) -> None:
        with self.system.open_output_stream(f"lake/{path}") as file:
            file.write(content)

    def remove(self, folder: str) -> None:
        self.system.delete_dir(f"lake/{folder}")

    def vanish(self) -> None:
        self.store.reset()

    def address(self) -> dict[str, Any]:
        return {
            "engine": "s3",
            "database": "lake",
            "username": KEY,
            "password_encrypted": encrypt(SECRET),
            "options": {"endpoint": self.store.endpoint, "region": REGION},
        }


class LakeGround(Ground):
    """Tables are folders of one Parquet file."""

    lacks = frozenset(
        {Lack.PRIMARY_KEYS, Lack.FOREIGN_KEYS, Lack.INDEXES, Lack.VIEWS, Lack.COUNTING, Lack.WRITING, Lack.STALLING}
    )
    odd_names = ('say "hi"', "it's", "with.dots", "two words", "Größe 表 🜚", "back\\slash", "%s", "{}", "a+b&c#d?")

    def __init__(self, disk: Disk, engine: str) -> None:
        self.disk = disk
        self.engine = engine  # type: ignore[misc]
        self.tables: dict[tuple[str, str], Table] = {}

    def address(self) -> dict[str, Any]:
        return self.disk.address()

    def make(self, table: Table) -> None:
        self.tables[table.schema, table.name] = table
        fields = [_field(column) for column in table.columns]
        schema = pa.schema(fields, metadata={"comment": table.comment} if table.comment else None)
        self.disk.put(f"{table.schema}/{table.name}/part-0.parquet", parquet(schema.empty_table()))

    def add_column(self, schema: str, table: str, column: Made) -> None:
        old = self.tables[schema, table]
        self.make(Table(schema, table, [*old.columns, column], comment=old.comment))

    def drop(self, schema: str, table: str) -> None:
        self.disk.remove(f"{schema}/{table}")

    def vanish(self) -> None:
        self.disk.vanish()


def _field(column: Made) -> pa.Field:
    said = {"comment": column.comment} if column.comment else None
    return pa.field(column.name, TYPES[column.kind], column.is_nullable, metadata=said)


def parquet(table: pa.Table, **options: Any) -> bytes:
    """Return a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    return bytes(sink.getvalue())
