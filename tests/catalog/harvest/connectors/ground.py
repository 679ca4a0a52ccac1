"""What the conformance suite stands on: an engine with a source in it that tests may fill and alter."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

import pytest

from catalog.harvest.connectors import Reading
from catalog.sources.models import Source
from tests.factories.catalog import make_source


class Kind(StrEnum):
    """What a made column holds; also the logical type that has to come out."""

    INTEGER = "integer"
    TEXT = "text"
    DATE = "date"
    DECIMAL = "decimal"


class Lack(StrEnum):
    """What an engine, or the test of it, can't do; the value is the reason of the skipped tests."""

    SCHEMAS = "it holds one schema only"
    COMMENTS = "it knows no comments on tables"
    COLUMN_COMMENTS = "it knows no comments on columns"
    NOT_NULL = "its columns may always be empty"
    PRIMARY_KEYS = "it knows no primary keys"
    FOREIGN_KEYS = "it knows no foreign keys"
    INDEXES = "it knows no indexes"
    VIEWS = "it knows no views"
    COUNTING = "its statements can't be counted"
    WRITING = "there is no session to write through"
    VANISHING = "it is read at a stroke and can't go away meanwhile"
    STALLING = "nothing makes it answer late"


@dataclass(frozen=True)
class Made:
    """A column that a test makes."""

    name: str
    kind: Kind = Kind.TEXT
    is_nullable: bool = True
    comment: str = ""


@dataclass(frozen=True)
class Table:
    """A table that a test makes; `primary` names its key's columns, `refers` is (columns, table of the schema, its)."""

    schema: str
    name: str
    columns: Sequence[Made] = field(default_factory=lambda: (Made("id", Kind.INTEGER), Made("note")))
    primary: Sequence[str] = ()
    refers: tuple[Sequence[str], str, Sequence[str]] | None = None
    comment: str = ""


class Ground(ABC):
    """One engine, empty at first. Everything raises when it can't be done."""

    engine: ClassVar[str]
    lacks: ClassVar[frozenset[Lack]] = frozenset()
    schema: ClassVar[str] = "sales"
    other: ClassVar[str] = "stock"
    refused_with: ClassVar[tuple[type[Exception], ...]] = ()
    """What a write through the reading's session raises."""
    longest_name: ClassVar[int] = 200
    odd_names: ClassVar[Sequence[str]] = (
        'say "hi"',
        "it's",
        "with.dots",
        "two words",
        "Größe 表 🜚",
        "back\\slash",
        "%s",
    )

    @abstractmethod
    def address(self) -> dict[str, Any]:
        """Return the facts of a Source that points here."""

    @abstractmethod
    def make(self, table: Table) -> None:
        """Make a table, and its schema when that is missing."""

    @abstractmethod
    def add_column(self, schema: str, table: str, column: Made) -> None:
        """Add a column at the end."""

    @abstractmethod
    def drop(self, schema: str, table: str) -> None:
        """Drop a table."""

    def make_view(self, schema: str, name: str, table: str, columns: Sequence[str]) -> None:
        """Make a view of some columns of a table of the schema; unless it lacks VIEWS."""
        raise NotImplementedError

    def make_index(self, schema: str, table: str, name: str, columns: Sequence[str]) -> None:
        """Make an index; unless it lacks INDEXES."""
        raise NotImplementedError

    def requests(self) -> int:
        """Return how many statements or requests were sent so far; unless it lacks COUNTING."""
        raise NotImplementedError

    def write_through(self, reading: Reading) -> None:
        """Try to make a table through the reading's session, which raises one of `refused_with`."""
        raise NotImplementedError

    def vanish(self) -> None:
        """Take the source away under an open reading whose schemas were read; unless it lacks VANISHING."""
        raise NotImplementedError

    @contextmanager
    def stalled(self, reading: Reading) -> Iterator[Callable[[], object]]:
        """Give a call through the reading that would take a minute or more; unless it lacks STALLING."""
        raise NotImplementedError
        yield

    def source(self, **facts: Any) -> Source:
        """Store a source that points here; nothing it does is held for approval."""
        defaults: dict[str, Any] = {"engine": self.engine, "removal_limit_percent": 100}
        return make_source(**defaults | self.address() | facts)


class SqlGround(Ground):
    """An engine that takes standard SQL."""

    words: ClassVar[dict[Kind, str]] = {
        Kind.INTEGER: "integer",
        Kind.TEXT: "varchar(2000)",
        Kind.DATE: "date",
        Kind.DECIMAL: "decimal(10, 2)",
    }
    quote_mark: ClassVar[str] = '"'

    @abstractmethod
    def execute(self, *statements: str) -> None:
        """Run statements with all rights, each committed."""

    def quote(self, *names: str) -> str:
        """Return a quoted, dotted name."""
        mark = self.quote_mark
        return ".".join(f"{mark}{name.replace(mark, mark * 2)}{mark}" for name in names)

    def text(self, text: str) -> str:
        """Return a literal."""
        return "'" + text.replace("'", "''") + "'"

    def place(self, schema: str, name: str) -> str:
        """Return the quoted name of a table."""
        return self.quote(schema, name)

    def make_schema(self, schema: str) -> None:
        self.execute(f"CREATE SCHEMA IF NOT EXISTS {self.quote(schema)}")

    def make(self, table: Table) -> None:
        self.make_schema(table.schema)
        place = self.place(table.schema, table.name)
        parts = [*map(self.column, table.columns), *self.constraints(table)]
        self.execute(f"CREATE TABLE {place} ({', '.join(parts)})", *self.comments(table))

    def column(self, column: Made) -> str:
        """Return a column's definition."""
        rule = "" if column.is_nullable or Lack.NOT_NULL in self.lacks else " NOT NULL"
        return f"{self.quote(column.name)} {self.words[column.kind]}{rule}"

    def constraints(self, table: Table) -> Iterator[str]:
        if table.primary and Lack.PRIMARY_KEYS not in self.lacks:
            yield f"PRIMARY KEY ({self.names(table.primary)})"
        if table.refers and Lack.FOREIGN_KEYS not in self.lacks:
            columns, target, targeted = table.refers
            place = self.place(table.schema, target)
            yield f"FOREIGN KEY ({self.names(columns)}) REFERENCES {place} ({self.names(targeted)})"

    def names(self, names: Sequence[str]) -> str:
        return ", ".join(map(self.quote, names))

    def comments(self, table: Table) -> Iterator[str]:
        """Return statements of standard form; engines without them override this, or lack comments."""
        place = self.place(table.schema, table.name)
        if table.comment and Lack.COMMENTS not in self.lacks:
            yield f"COMMENT ON TABLE {place} IS {self.text(table.comment)}"
        for column in table.columns:
            if column.comment and Lack.COLUMN_COMMENTS not in self.lacks:
                yield f"COMMENT ON COLUMN {place}.{self.quote(column.name)} IS {self.text(column.comment)}"

    def add_column(self, schema: str, table: str, column: Made) -> None:
        self.execute(f"ALTER TABLE {self.place(schema, table)} ADD COLUMN {self.column(column)}")

    def drop(self, schema: str, table: str) -> None:
        self.execute(f"DROP TABLE {self.place(schema, table)}")

    def make_view(self, schema: str, name: str, table: str, columns: Sequence[str]) -> None:
        query = f"SELECT {self.names(columns)} FROM {self.place(schema, table)}"
        self.execute(f"CREATE VIEW {self.place(schema, name)} AS {query}")

    def make_index(self, schema: str, table: str, name: str, columns: Sequence[str]) -> None:
        self.execute(f"CREATE INDEX {self.quote(name)} ON {self.place(schema, table)} ({self.names(columns)})")


def in_plain_words(message: str) -> None:
    """A sentence or two for people: one line, and no name of a class."""
    assert message.endswith((".", "…", ")"))
    assert "\n" not in message
    assert not any(word.endswith(("Error", "Exception")) for word in message.replace(":", " ").split())


class Shop:
    """What both halves of the suite share: the fixture to give, and a small shop to read."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def ground(self) -> Ground:
        raise NotImplementedError

    def need(self, ground: Ground, *lacks: Lack) -> None:
        """Skip the test when the engine lacks one of these."""
        for lack in lacks:
            if lack in ground.lacks:
                pytest.skip(f"{ground.engine}: {lack.value}")

    def fill(self, ground: Ground) -> None:
        """Make a small shop: customers and orders of one schema, and items of another if there may be two."""
        customers = (Made("id", Kind.INTEGER, is_nullable=False), Made("email", comment="Where we write"))
        orders = (
            Made("id", Kind.INTEGER, is_nullable=False),
            Made("customer_id", Kind.INTEGER),
            Made("placed", Kind.DATE),
            Made("amount", Kind.DECIMAL),
        )
        ground.make(Table(ground.schema, "customers", customers, ("id",), comment="People who buy"))
        refers = (("customer_id",), "customers", ("id",))
        ground.make(Table(ground.schema, "orders", orders, ("id",), refers=refers))
        ground.make(Table(ground.schema, "spare"))
        if Lack.SCHEMAS not in ground.lacks:
            ground.make(Table(ground.other, "items"))
