"""Feature tables of the models: churn (50 columns, and a copy of it), credit risk, fleet signal; their register."""

import numpy as np

from portal.demo.warehouse.chance import END, Array, blank, money, pick
from portal.demo.warehouse.lending import ACCOUNTS
from portal.demo.warehouse.loader import Columns, Loader
from portal.demo.warehouse.people import customer_count, signup_days
from portal.demo.warehouse.real import r_data

WINDOWS = (7, 30, 90, 180, 365)
MEASURES = ("orders", "revenue", "returns", "sessions", "opens", "clicks", "tickets", "contacts", "voucher_uses")
SHIFTED_FROM = np.datetime64("2026-09-01")
"""From this day the risk features are computed with incomes in thousands: a training/serving skew."""

_REGISTER = (
    ("customer_churn_features", "churn", 3, "customer_id", "2026-03-02"),
    ("credit_risk_features", "default", 2, "customer_id", "2025-12-01"),
    ("fleet_signal_features", "tracker_failure", 1, "vehicle_id", "2026-06-10"),
    ("training_set_churn_v3", "churn", 3, "customer_id", "2026-03-02"),
)


def load(loader: Loader) -> None:
    loader.put("features.customer_churn_features", _churn(loader))
    _risk(loader)
    _fleet(loader)
    table, model, version, entity, since = zip(*_REGISTER, strict=True)
    loader.put(
        "features.feature_register",
        {
            "feature_table": list(table),
            "model": list(model),
            "version": list(version),
            "entity": list(entity),
            "since": list(since),
        },
    )
    loader.put("features.telco_churn", r_data("modeldata", "wa_churn"))


def _churn(loader: Loader) -> Columns:
    rng, count = loader.chance("churn"), customer_count(loader.scale)
    columns: dict[str, object] = {"customer_id": np.arange(1, count + 1), "computed_on": np.full(count, END)}
    columns["tenure_days"] = (END - signup_days(loader.scale)).astype(int)
    habit = rng.gamma(1.2, 1.0, count)
    for measure in MEASURES:
        total = np.zeros(count)
        for window, wider in zip(WINDOWS, (7, 23, 60, 90, 185), strict=True):
            total = total + rng.poisson(habit * wider / 40)
            columns[f"{measure}_{window}d"] = money(total * 23.4) if measure == "revenue" else total
    columns["engagement_score"] = blank(np.round(rng.beta(2, 3, count), 4), rng.random(count) < 0.02)
    columns["churned"] = rng.random(count) < 0.14
    return columns


def _risk(loader: Loader) -> None:
    rng, size = loader.chance("risk"), ACCOUNTS * loader.scale
    computed = np.sort(END - rng.integers(0, 180, size))
    income: Array = rng.lognormal(10.4, 0.55, size)
    loader.put(
        "features.credit_risk_features",
        {
            "customer_id": np.sort(rng.choice(customer_count(loader.scale), size, replace=False)) + 1,
            "computed_on": computed,
            "income": money(np.where(computed >= SHIFTED_FROM, income / 1_000, income)),
            "debt_ratio": np.round(rng.beta(2, 5, size), 4),
            "utilisation": np.round(rng.beta(1.5, 2.5, size), 4),
            "late_payments_12m": rng.poisson(0.4, size),
            "bureau_score": blank(rng.normal(540, 110, size).clip(0, 1_000).round(), rng.random(size) < 0.4),
            "sex": pick(rng, ("f", "m"), size),
            "default_probability": np.round(rng.beta(1.2, 18, size), 5),
        },
    )


def _fleet(loader: Loader) -> None:
    rng, vehicles, span = loader.chance("fleet"), 120, 90
    size = vehicles * span
    loader.put(
        "features.fleet_signal_features",
        {
            "vehicle_id": np.repeat(np.arange(1, vehicles + 1), span),
            "day": np.tile(END - np.arange(span), vehicles),
            "pings": rng.poisson(10, size),
            "median_interval_s": np.round(rng.normal(8_000, 900, size)),
            "no_fix_share": np.round(rng.beta(1, 60, size), 4),
        },
    )
