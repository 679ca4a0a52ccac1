"""Where each of them lies under one folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """`root` is the folder of them all."""

    root: Path

    @property
    def landing(self) -> Path:
        """A folder of files as they arrive: Parquet by month and year, CSV, JSON lines."""
        return self.root / "landing"

    @property
    def tills(self) -> Path:
        """The SQLite file of the cafés' old tills."""
        return self.root / "tills.sqlite"

    @property
    def lab(self) -> Path:
        """The DuckDB file of the data scientists."""
        return self.root / "lab.duckdb"

    @property
    def lakehouse(self) -> Path:
        """The folder of the Iceberg tables."""
        return self.root / "lakehouse"

    @property
    def lakehouse_catalog(self) -> Path:
        """The Iceberg catalog, a SQLite file beside the tables."""
        return self.root / "lakehouse.sqlite"

    @property
    def marker(self) -> Path:
        """Says which version is there; written last."""
        return self.root / "built"
