"""Landing tables as the pipelines leave them: untyped, with duplicates and rejects; and the log of the loads."""

import numpy as np

from portal.demo.warehouse.chance import END, Array, blank, days, load_curve, moments, numbered, pick
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import people

DUPLICATE_ORDERS = 137
"""Rows of stg_orders_raw whose order id was landed before."""
_PIPELINES = ("orders", "customers", "payments", "sensors", "bureau")


def load(loader: Loader) -> None:
    _orders(loader)
    _customers(loader)
    _sensors(loader)
    _rejects(loader)
    _load_log(loader)


def _orders(loader: Loader) -> None:
    rng, size = loader.chance("orders"), 12_000 * loader.scale
    again = np.sort(rng.choice(size, DUPLICATE_ORDERS * loader.scale, replace=False))
    which = np.concatenate([np.arange(size), again])
    loader.put(
        "staging.stg_orders_raw",
        {
            "ord_id": numbered("", which + 90_000_001),
            "ord_ts": moments(rng, END - which % 30).astype(str),
            "cust": blank(numbered("C-", rng.integers(1, 20_000, len(which)), 7), rng.random(len(which)) < 0.01),
            "amt": pick(rng, ("12,50", "99.90", "7.00", "n/a", "1.204,00"), len(which)),
            "_batch": numbered("b", which // 400, 5),
            "_landed_at": moments(rng, END - which % 30),
        },
    )


def _customers(loader: Loader) -> None:
    rng, size = loader.chance("customers"), 3_000 * loader.scale
    persons = people(rng, size)
    loader.put(
        "staging.stg_customers_raw",
        {
            "KUNDENNR": numbered("C-", rng.integers(1, 20_000, size), 7),
            "VORNAME": np.char.upper(persons.given.astype(str)),
            "NACHNAME": np.char.upper(persons.family.astype(str)),
            "EMAIL": persons.email,
            "TELEFON": persons.phone,
            "GEBDAT": np.datetime_as_string(persons.born),
            "IBAN": persons.iban,
        },
    )


def _sensors(loader: Loader) -> None:
    rng, size = loader.chance("sensors"), 10_000 * loader.scale
    values = zip(rng.integers(1, 25, size).tolist(), rng.normal(4, 1, size).round(2).tolist(), strict=True)
    loader.put(
        "staging.stg_sensor_landing",
        {
            "doc": [f'{{"device": {d}, "t": {v}}}' for d, v in values],
            "landed_at": moments(rng, END - np.arange(size) % 3),
        },
    )


def _rejects(loader: Loader) -> None:
    rng, size = loader.chance("rejects"), 900
    loader.put(
        "staging.stg_payment_rejects",
        {
            "raw_line": numbered("PX;", rng.integers(10**6, 10**7, size)),
            "reason": pick(rng, ("unknown order", "amount missing", "bad date"), size, (5, 3, 2)),
            "rejected_at": moments(rng, END - rng.integers(0, 90, size)),
        },
    )


def _load_log(loader: Loader) -> None:
    """Two years of nightly loads; minutes grow with the business and peak at month ends."""
    rng, calendar = loader.chance("log"), days(END - 729)
    curve: Array = load_curve(calendar, month_end=2.2, december=1.4)
    size = len(calendar) * len(_PIPELINES)
    rows = np.repeat(curve, len(_PIPELINES)) * np.tile([9_000, 800, 8_500, 26_000, 400], len(calendar))
    started = np.repeat(calendar, len(_PIPELINES)).astype("datetime64[s]") + 7_200 + rng.integers(0, 900, size)
    loader.put(
        "staging.etl_load_log",
        {
            "load_id": np.arange(1, size + 1),
            "pipeline": np.tile(_PIPELINES, len(calendar)),
            "started_at": started,
            "finished_at": started + (rows / 14 * rng.normal(1, 0.05, size)).astype(int) + 20,
            "rows_loaded": rows.astype(int),
            "outcome": pick(rng, ("ok", "retried", "failed"), size, (970, 25, 5)),
        },
    )
