"""Reference data: calendar, countries, currencies, cities."""

import numpy as np

from portal.demo.warehouse.chance import START, days, in_gap, is_month_end
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.real import csv_data

CITIES = 8_000
"""Every sixth of the 47,000 cities."""

_COUNTRIES = {
    "DE": ("Germany", "EUR", True), "GB": ("United Kingdom", "GBP", False), "FR": ("France", "EUR", True),
    "IT": ("Italy", "EUR", True), "ES": ("Spain", "EUR", True), "NL": ("Netherlands", "EUR", True),
    "SE": ("Sweden", "SEK", True), "US": ("United States", "USD", False), "CH": ("Switzerland", "CHF", False),
}  # fmt: skip
_CURRENCIES = {"EUR": "Euro", "GBP": "Pound sterling", "SEK": "Swedish krona", "USD": "US dollar", "CHF": "Swiss franc"}


def load(loader: Loader) -> None:
    names, currencies, members = zip(*_COUNTRIES.values(), strict=True)
    loader.put("ref.currencies", {"code": list(_CURRENCIES), "name": list(_CURRENCIES.values())})
    loader.put(
        "ref.countries",
        {"code": list(_COUNTRIES), "name": list(names), "currency": list(currencies), "eu_member": list(members)},
    )
    _calendar(loader)
    cities = csv_data("bokeh_sampledata", "_data/world_cities.csv.gz").dropna().iloc[::6].head(CITIES)
    cities.insert(0, "city_id", np.arange(1, len(cities) + 1))
    loader.put("ref.cities", cities.rename(columns={"lng": "lon"}))


def _calendar(loader: Loader) -> None:
    dates = days(START, np.datetime64("2026-12-31"))
    month = dates.astype("datetime64[M]").astype(int)
    loader.put(
        "ref.calendar",
        {
            "day": dates,
            "year": month // 12 + 1970,
            "month": month % 12 + 1,
            "weekday": (dates.astype(int) + 3) % 7 + 1,
            "is_month_end": is_month_end(dates),
            "systems_down": in_gap(dates),
        },
    )
