"""The parts of Arrow that we use, gathered here because pyarrow ships no types."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq

__all__ = ["csv", "pa", "pc", "pq"]
