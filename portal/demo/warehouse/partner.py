"""Licensed third-party data: vendors, their licences, a credit bureau, household enrichment, public statistics."""

import numpy as np

from portal.demo.warehouse.chance import END, blank, money, numbered, pick
from portal.demo.warehouse.lending import account_numbers
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import customer_count
from portal.demo.warehouse.real import csv_data

COVERED = 0.6
"""Share of our loan accounts that the credit bureau knows."""
POPULATION_FROM = 2015

_VENDORS = {
    1: ("Halden Credit Bureau", "NL", "contracts@halden.example"),
    2: ("Geolytik Household Data", "DE", "licence@geolytik.example"),
    3: ("United Nations, Population Division", "US", None),
    4: ("Quandl WIKI", "US", None),
}
_LICENCES = (
    (
        1,
        "partner.bureau_scores",
        "Credit decisions only; no marketing; no models for others",
        "2024-01-01",
        "2026-12-31",
        84_000,
    ),
    (
        2,
        "partner.household_enrichment",
        "Own marketing in the EU; no resale; delete at the end",
        "2023-04-01",
        "2026-09-30",
        31_500,
    ),
    (3, "partner.population", "CC-BY-3.0-IGO: name the source", "2024-07-01", None, 0),
    (4, "partner.stock_prices", "Public domain", "2018-03-27", None, 0),
)


def load(loader: Loader) -> None:
    names, countries, contacts = zip(*_VENDORS.values(), strict=True)
    loader.put(
        "partner.vendors",
        {"vendor_id": list(_VENDORS), "name": list(names), "country": list(countries), "contact": list(contacts)},
    )
    vendor, data, terms, start, until, fee = zip(*_LICENCES, strict=True)
    loader.put(
        "partner.licences",
        {
            "vendor_id": list(vendor), "data_set": list(data), "terms": list(terms), "valid_from": list(start),
            "valid_until": list(until), "fee_eur_a_year": list(fee),
        },
    )  # fmt: skip
    _bureau(loader)
    _enrichment(loader)
    population = csv_data("bokeh_sampledata", "_data/population.csv.gz")
    loader.put("partner.population", population[population["year"].between(POPULATION_FROM, 2030)])
    loader.put("partner.stock_prices", csv_data("bokeh_sampledata", "_data/stocks.csv.gz"))
    emissions = csv_data("bokeh_sampledata", "_data/emissions.csv.gz")
    loader.put(
        "partner.co2_emissions", emissions.dropna(subset=["year"]).rename(columns={"emissions": "tonnes_per_head"})
    )


def _bureau(loader: Loader) -> None:
    rng, every = loader.chance("bureau"), account_numbers(loader.scale)
    known = np.sort(rng.choice(every, int(len(every) * COVERED), replace=False))
    foreign = numbered("77", np.arange(1, 2_001), 8)
    accounts = np.concatenate([known, foreign])
    loader.put(
        "partner.bureau_scores",
        {
            "custAcctNo": accounts,
            "bureau_score": rng.normal(540, 110, len(accounts)).clip(0, 1_000).round(),
            "open_credits_elsewhere": rng.poisson(1.3, len(accounts)),
            "insolvency": rng.random(len(accounts)) < 0.012,
            "as_of": np.full(len(accounts), np.datetime64("2026-10-31")),
        },
    )


def _enrichment(loader: Loader) -> None:
    rng, count = loader.chance("enrichment"), customer_count(loader.scale)
    chosen = np.sort(rng.choice(count, count * 2 // 5, replace=False)) + 1
    loader.put(
        "partner.household_enrichment",
        {
            "customer_id": chosen,
            "purchasing_power": money(rng.lognormal(10.2, 0.3, len(chosen))),
            "household_size": rng.geometric(0.45, len(chosen)).clip(1, 8),
            "life_phase": pick(rng, ("single", "couple", "family", "senior"), len(chosen), (3, 3, 4, 3)),
            "car_owner": blank(rng.random(len(chosen)) < 0.6, rng.random(len(chosen)) < 0.25),
            "delivered_on": END - rng.integers(60, 400, len(chosen)),
        },
    )
