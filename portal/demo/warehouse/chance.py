"""Seeded chance and the shape of time: five years of days with seasons, month ends, growth and three gaps."""

import zlib
from typing import Any

import numpy as np

from portal.demo.warehouse.arrow import pa

SEED = 20_261_124
START = np.datetime64("2021-11-01")
END = np.datetime64("2026-11-23")
"""First and last day of the company's books; fixed, so that a build tomorrow gives the same rows."""

GAPS = (("2022-08-14", 3), ("2024-02-29", 1), ("2025-11-03", 7))
"""(first day, days) on which the shop systems were down: no order, no payment, no daily row."""

Array = np.ndarray[Any, np.dtype[Any]]


def chance(part: str) -> np.random.Generator:
    """An own stream of numbers for every part, so that a change in one part moves no other."""
    return np.random.default_rng([SEED, zlib.crc32(part.encode())])


def days(start: np.datetime64 = START, end: np.datetime64 = END) -> Array:
    """Every day from start to end, both included."""
    return np.arange(start, end + 1, dtype="datetime64[D]")


def in_gap(dates: Array) -> Array:
    """Mask of the days on which the shop systems were down."""
    mask = np.zeros(len(dates), dtype=bool)
    for first, length in GAPS:
        since = (dates - np.datetime64(first)).astype(int)
        mask |= (since >= 0) & (since < length)
    return mask


def is_month_end(dates: Array) -> Array:
    """Mask of the last three days of each month."""
    mask: Array = (dates + 3).astype("datetime64[M]") != dates.astype("datetime64[M]")
    return mask


def load_curve(dates: Array, *, month_end: float = 1.8, december: float = 1.6, growth: float = 0.1) -> Array:
    """Expected business a day, 1.0 for a plain day of the first year: weekends, month ends, December, growth a year."""
    weekday = (dates.astype("datetime64[D]").astype(int) + 3) % 7
    weekly = np.array([0.9, 0.9, 0.95, 1.0, 1.15, 1.3, 0.8])[weekday]
    month = dates.astype("datetime64[M]").astype(int) % 12 + 1
    years = (dates - START).astype(int) / 365.25
    curve: Array = weekly * np.where(is_month_end(dates), month_end, 1.0) * np.where(month == 12, december, 1.0)
    curve *= (1 + growth) ** years
    return curve


def moments(rng: np.random.Generator, dates: Array) -> Array:
    """A second of the day for each date, busiest in the late afternoon; result in seconds."""
    hour = np.clip(rng.normal(15.5, 3.8, len(dates)), 0, 23.99)
    moment: Array = dates.astype("datetime64[s]") + (hour * 3600).astype("timedelta64[s]")
    return moment


def pick(
    rng: np.random.Generator, values: "list[str] | tuple[str, ...] | Array", size: int, weights: Any = None
) -> Array:
    """`size` values by chance, by weights that need not sum to one."""
    share = None if weights is None else np.asarray(weights, dtype=float) / np.sum(weights)
    return np.asarray(values, dtype=object)[rng.choice(len(values), size, p=share)]


def blank(values: Array, mask: Array) -> Any:
    """The values with NULL where the mask is set."""
    array = values.astype(object) if values.dtype.kind == "U" else values
    return pa.array(array, mask=mask, from_pandas=True)


def money(values: Array) -> Array:
    """Rounded to cents."""
    return np.round(values, 2)


def numbered(prefix: str, numbers: Array, width: int = 0) -> Array:
    """'INV-' and 7 -> 'INV-000007' for width 6."""
    return np.asarray([f"{prefix}{number:0{width}d}" for number in numbers.tolist()], dtype=object)
